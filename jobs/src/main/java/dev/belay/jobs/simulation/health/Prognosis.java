package dev.belay.jobs.simulation.health;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.core.Timing;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.Found;
import dev.belay.runtime.proto.FromWorker;
import dev.belay.runtime.proto.Heartbeat;
import dev.belay.runtime.proto.Hello;
import dev.belay.runtime.proto.ListWorkersReply;
import dev.belay.runtime.proto.ListWorkersRequest;
import dev.belay.runtime.proto.Tick;
import dev.belay.runtime.proto.WorkerDescription;
import dev.belay.runtime.proto.WorkerState;
import dev.belay.runtime.simulation.Chance;
import dev.belay.runtime.time.Now;
import dev.belay.runtime.wire.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How well the coordinator foresees the death of workers: its real core hears the heartbeats of a
 * cluster in which some fall ill, and what it shows of each is compared with what became of it.
 */
public final class Prognosis {
  /** So long before its death a worker must be known to be at risk: time to drain. */
  public static final long WARNING_MILLIS = 5_000;

  private static final long TICK_MILLIS = 50;
  private static final long LOOK_MILLIS = 250;

  /**
   * What was foreseen.
   *
   * @param caught deaths of which the coordinator knew {@link #WARNING_MILLIS} before
   * @param missed deaths with signs of which it did not
   * @param sudden deaths without any sign, which nobody could foresee
   * @param falseAlarms workers that it thought to be at risk, and that lived
   * @param living workers that lived
   * @param hours of all workers together
   * @param leads of those caught: milliseconds from when it was known until the death
   */
  public record Quality(
      int caught,
      int missed,
      int sudden,
      int falseAlarms,
      int living,
      double hours,
      Map<Ailment, Integer> missedBy,
      Map<Ailment, Integer> alarmsBy,
      Map<Ailment, List<Long>> leads) {
    /** Of all ailments, sorted. */
    public List<Long> allLeads() {
      return leads.values().stream().flatMap(List::stream).sorted().toList();
    }

    /** The share of the foreseeable deaths that were foreseen. */
    public double recall() {
      return (double) caught / Math.max(1, caught + missed);
    }

    /** The share of the alarms that were right. */
    public double precision() {
      return (double) caught / Math.max(1, caught + falseAlarms);
    }

    public Quality plus(Quality other) {
      return new Quality(
          caught + other.caught,
          missed + other.missed,
          sudden + other.sudden,
          falseAlarms + other.falseAlarms,
          living + other.living,
          hours + other.hours,
          sum(missedBy, other.missedBy),
          sum(alarmsBy, other.alarmsBy),
          joined(leads, other.leads));
    }

    private static Map<Ailment, List<Long>> joined(
        Map<Ailment, List<Long>> a, Map<Ailment, List<Long>> b) {
      Map<Ailment, List<Long>> joined = new LinkedHashMap<>(a);
      b.forEach(
          (ailment, leads) ->
              joined.merge(
                  ailment, leads, (x, y) -> Stream.concat(x.stream(), y.stream()).toList()));
      return joined;
    }

    private static Map<Ailment, Integer> sum(Map<Ailment, Integer> a, Map<Ailment, Integer> b) {
      Map<Ailment, Integer> sum = new LinkedHashMap<>(a);
      b.forEach((ailment, count) -> sum.merge(ailment, count, Integer::sum));
      return sum;
    }
  }

  private final Core core = new Core(Timing.DEFAULT, "file:/store");
  private final List<Patient> patients = new ArrayList<>();
  private final Map<String, Long> warned = new LinkedHashMap<>();
  private final long lengthMillis;
  private long millis;

  private Prognosis(long seed, int workers, long lengthMillis) {
    Chance chance = new Chance(seed);
    this.lengthMillis = lengthMillis;
    Ailment[] all = Ailment.values();
    for (int i = 0; i < workers; i++) {
      // One in four falls ill; most of the others are well.
      Ailment ailment =
          chance.oneIn(4) ? all[chance.below(all.length)] : chance.oneIn(3) ? Ailment.BUSY : all[0];
      patients.add(new Patient(ailment, chance.next(), lengthMillis));
    }
  }

  /** What a cluster of so many workers, drawn from the seed, is like for so long. */
  public static Quality measure(long seed, int workers, long lengthMillis) {
    return new Prognosis(seed, workers, lengthMillis).run();
  }

  private Quality run() {
    tell(Command.newBuilder().setFound(Found.newBuilder().setCluster("c1")));
    for (int i = 0; i < patients.size(); i++) {
      say(i, FromWorker.newBuilder().setHello(hello(i)));
    }
    for (; millis < lengthMillis; millis += TICK_MILLIS) {
      for (int i = 0; i < patients.size(); i++) {
        while (patients.get(i).nextMillis() <= millis) {
          Heartbeat.Builder beat = Heartbeat.newBuilder().setSigns(patients.get(i).beat());
          say(i, FromWorker.newBuilder().setHeartbeat(beat));
        }
      }
      tell(Command.newBuilder().setTick(Tick.getDefaultInstance()));
      if (millis % LOOK_MILLIS == 0) {
        look();
      }
    }
    return judge();
  }

  private static Hello hello(int worker) {
    return Hello.newBuilder()
        .setProtocol(Protocol.VERSION)
        .setName(name(worker))
        .setIncarnation("i" + worker)
        .setSlots(4)
        .addJobs("job")
        .build();
  }

  private static String name(int worker) {
    return "w" + worker;
  }

  private void say(int worker, FromWorker.Builder message) {
    tell(Command.newBuilder().setStream(worker + 1).setFromWorker(message));
  }

  private List<Effect> tell(Command.Builder command) {
    long nanos = millis * 1_000_000;
    Decision decision =
        core.decide(command.setReceivedNanos(nanos).build(), new Now(nanos, millis));
    decision.events().forEach(core::apply);
    core.announce();
    return decision.effects();
  }

  private void look() {
    ListWorkersRequest request = ListWorkersRequest.getDefaultInstance();
    for (Effect effect : tell(Command.newBuilder().setRequest(1).setListWorkers(request))) {
      if (effect instanceof Effect.Reply reply
          && reply.message() instanceof ListWorkersReply workers) {
        workers.getWorkersList().stream()
            .filter(Prognosis::alarming)
            .forEach(worker -> warned.putIfAbsent(worker.getId(), millis));
      }
    }
  }

  private static boolean alarming(WorkerDescription worker) {
    return worker.getState() == WorkerState.AT_RISK || worker.getState() == WorkerState.DRAINING;
  }

  private Quality judge() {
    int caught = 0;
    int missed = 0;
    int sudden = 0;
    int falseAlarms = 0;
    int living = 0;
    Map<Ailment, Integer> missedBy = new LinkedHashMap<>();
    Map<Ailment, Integer> alarmsBy = new LinkedHashMap<>();
    Map<Ailment, List<Long>> leads = new LinkedHashMap<>();
    for (int i = 0; i < patients.size(); i++) {
      Patient patient = patients.get(i);
      Long at = warned.get(name(i));
      if (patient.diesMillis() >= lengthMillis) {
        living++;
        if (at != null && !patient.ailment().deadly) {
          falseAlarms++;
          alarmsBy.merge(patient.ailment(), 1, Integer::sum);
        }
      } else if (at != null && at + WARNING_MILLIS <= patient.diesMillis()) {
        caught++;
        leads
            .computeIfAbsent(patient.ailment(), ailment -> new ArrayList<>())
            .add(patient.diesMillis() - at);
      } else if (patient.ailment().foreseeable) {
        missed++;
        missedBy.merge(patient.ailment(), 1, Integer::sum);
      } else {
        sudden++;
      }
    }
    double hours = patients.size() * lengthMillis / 3.6e6;
    return new Quality(
        caught, missed, sudden, falseAlarms, living, hours, missedBy, alarmsBy, leads);
  }
}

package dev.belay.jobs.simulation.cluster;

import dev.belay.jobs.simulation.check.Checker;
import dev.belay.jobs.simulation.machine.Connection;
import dev.belay.jobs.simulation.machine.Network;
import dev.belay.jobs.simulation.machine.OutputFiles;
import dev.belay.jobs.simulation.machine.SimulatedDisk;
import dev.belay.jobs.simulation.machine.SimulatedProcess;
import dev.belay.jobs.simulation.machine.SimulatedStore;
import dev.belay.jobs.simulation.machine.World;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.simulation.MachineClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All of it: one coordinator, workers by name, people, a store, a disk, files; and the hands that
 * kill, stop and start them. Who died is started again, as a service manager would.
 */
public final class Cluster {
  private static final long WALL_MILLIS = 1_700_000_000_000L;

  /** A worker's place: its machine, which outlives its processes. */
  private static final class Seat {
    final MachineClock clock;
    final int slots;
    final int queue;
    final int slowness;
    int starts;
    boolean wanted = true;
    @Nullable WorkerProcess process;

    Seat(MachineClock clock, int slots, int queue, int slowness) {
      this.clock = clock;
      this.slots = slots;
      this.queue = queue;
      this.slowness = slowness;
    }
  }

  private final World world;
  private final Seams seams;
  private final Network network;
  private final SimulatedStore store;
  private final SimulatedDisk disk;
  private final OutputFiles files = new OutputFiles();
  private final Checker checker;
  private final MachineClock coordinatorClock;
  private final Map<String, Seat> seats = new LinkedHashMap<>();
  private final SubmittedJobs jobs;
  private final Cleaning cleaning = new Cleaning(this);
  private final List<WorkerProcess> ghosts = new ArrayList<>();
  private @Nullable CoordinatorProcess coordinator;
  private long mostSyncMicros = 1_500;
  private @Nullable String lastWords;
  private int lastSteps;

  public Cluster(World world, Seams seams, boolean ordered) {
    this.world = world;
    this.seams = seams;
    this.network = new Network(world, ordered);
    this.disk = new SimulatedDisk(world);
    this.coordinatorClock = clock();
    this.jobs = new SubmittedJobs(world, files);
    this.checker = new Checker(key -> store().isDamaged(key), jobs);
    this.store = new SimulatedStore(world, checker);
  }

  World world() {
    return world;
  }

  Seams seams() {
    return seams;
  }

  public Network network() {
    return network;
  }

  public SimulatedStore store() {
    return store;
  }

  SimulatedDisk disk() {
    return disk;
  }

  OutputFiles files() {
    return files;
  }

  public Checker checker() {
    return checker;
  }

  private MachineClock clock() {
    return new MachineClock(
        world.time(),
        world.chance().between(-1_000_000_000_000L, 1_000_000_000_000L),
        WALL_MILLIS + world.chance().between(-1_000, 1_000));
  }

  long syncNanos() {
    return 1_000 * world.chance().between(100, mostSyncMicros);
  }

  public void syncTakes(long mostMicros) {
    mostSyncMicros = mostMicros;
  }

  void tell(String from, String to, String what) {
    if (what.isEmpty()) {
      world.trace().quiet(from.length());
    } else {
      world.trace().line(from, "-> " + to + ": " + what);
    }
  }

  void call(SimulatedProcess from, Command.Builder command, Consumer<Network.Reply> answer) {
    tell(from.name(), "coordinator", Words.of(command));
    network.call(from, command, answer);
  }

  public SubmittedJobs jobs() {
    return jobs;
  }

  // ---- the coordinator

  public void startCoordinator() {
    if (coordinator == null) {
      CoordinatorProcess started =
          new CoordinatorProcess(this, coordinatorClock, world.chance().next());
      coordinator = started;
      started.open();
    }
  }

  public boolean coordinatorIsUp() {
    return coordinator != null;
  }

  /**
   * It is killed between two batches.
   *
   * @param power whether its machine loses what was not synced
   */
  public void killCoordinator(boolean power) {
    coordinatorDied(power ? "its power is cut" : "it is killed", power);
  }

  /** It will die in the middle of something, so many steps from now. */
  public void killCoordinatorAfter(int steps) {
    if (coordinator != null) {
      coordinator.dieAfter(steps);
    }
  }

  /**
   * It will die so many steps after it has decided something that the trace tells in such words.
   */
  public void killCoordinatorAfter(String words, int steps) {
    lastWords = words;
    lastSteps = steps;
  }

  /** The coordinator has decided this. */
  void decided(String words) {
    if (lastWords != null && words.contains(lastWords)) {
      lastWords = null;
      killCoordinatorAfter(lastSteps);
    }
  }

  void coordinatorDied(String how, boolean power) {
    CoordinatorProcess dead = coordinator;
    if (dead == null) {
      return;
    }
    world.trace().line("coordinator", "dies: " + how);
    coordinator = null;
    network.listen(null);
    dead.kill(power);
    for (WorkerProcess worker : living()) {
      network.between(worker, dead).forEach(one -> breaks(worker, one));
    }
  }

  /** The dead machine's neighbours are told by its kernel, unless the way is cut. */
  private void breaks(WorkerProcess worker, Connection connection) {
    if (!network.down(worker.name()).isCut()) {
      world.time().after(1_000_000, connection::breakForClient);
    }
  }

  public void pauseCoordinator(long millis) {
    if (coordinator != null) {
      world.trace().line("coordinator", "is stopped for " + millis + " ms");
      coordinator.pause(millis);
    }
  }

  public void setCoordinatorClock(long byMillis) {
    world.trace().line("coordinator", "its wall clock is set by " + byMillis + " ms");
    coordinatorClock.set(byMillis);
  }

  MachineClock coordinatorClock() {
    return coordinatorClock;
  }

  @Nullable CoordinatorProcess coordinator() {
    return coordinator;
  }

  public Cleaning cleaning() {
    return cleaning;
  }

  // ---- workers

  /**
   * Gives a worker its machine.
   *
   * @param queue how many leases beyond its slots it may hold
   * @param slowness in percent; 100: as fast as most
   */
  public void addWorker(String name, int slots, int queue, int slowness) {
    seats.put(name, new Seat(clock(), slots, queue, slowness));
  }

  public List<String> workers() {
    return List.copyOf(seats.keySet());
  }

  private Seat seat(String name) {
    Seat seat = seats.get(name);
    if (seat == null) {
      throw new IllegalStateException("no worker is called " + name);
    }
    return seat;
  }

  public void startWorker(String name) {
    Seat seat = seat(name);
    if (seat.process == null || !seat.process.alive()) {
      seat.starts++;
      seat.process =
          new WorkerProcess(
              this,
              name,
              seat.clock,
              seams.incarnation(name, seat.starts),
              seat.slots,
              seat.queue,
              seat.slowness);
      seat.process.start();
    }
  }

  private List<WorkerProcess> living() {
    List<WorkerProcess> living = new ArrayList<>(ghosts);
    for (Seat seat : seats.values()) {
      if (seat.process != null) {
        living.add(seat.process);
      }
    }
    living.removeIf(process -> !process.alive());
    return living;
  }

  public boolean isUp(String name) {
    WorkerProcess process = seat(name).process;
    return process != null && process.alive();
  }

  /**
   * SIGKILL.
   *
   * @param silently whether the whole machine is gone, so that no one closes its connections
   */
  public void killWorker(String name, boolean silently) {
    WorkerProcess process = seat(name).process;
    if (process != null && process.alive()) {
      world.trace().line(name, silently ? "is gone with its machine" : "is killed");
      process.kill();
      if (!silently) {
        broken(process);
      }
    }
  }

  private void broken(WorkerProcess process) {
    CoordinatorProcess server = coordinator;
    if (server != null && !network.up(process.name()).isCut()) {
      for (Connection connection : network.between(process, server)) {
        world.time().after(1_000_000, connection::breakForServer);
      }
    }
  }

  void exited(WorkerProcess process) {
    broken(process);
    Seat seat = seat(process.name());
    if (seat.wanted && seat.process == process) {
      world.time().afterMillis(500, () -> startWorker(process.name()));
    }
  }

  public void pauseWorker(String name, long millis) {
    WorkerProcess process = seat(name).process;
    if (process != null) {
      world.trace().line(name, "is stopped for " + millis + " ms");
      process.pause(millis);
    }
  }

  /**
   * A new process takes the name while the old one goes on: its machine was believed lost. Nobody
   * starts the old one again.
   */
  public void doubleWorker(String name, long wakesAfterMillis) {
    Seat seat = seat(name);
    WorkerProcess ghost = seat.process;
    if (ghost != null && ghost.alive()) {
      world.trace().line(name, "is believed dead, and started a second time");
      ghost.pause(wakesAfterMillis);
      ghosts.add(ghost);
      seat.process = null;
      startWorker(name);
    }
  }

  public void drainWorker(String name) {
    WorkerProcess process = seat(name).process;
    if (process != null && process.alive()) {
      world.trace().line(name, "gets SIGTERM");
      process.drain();
    }
  }

  public void setClock(String name, long byMillis) {
    seat(name).clock.set(byMillis);
  }

  /** The network gives up on a worker's connections; each end notices by itself. */
  public void breakConnections(String name, boolean workerNotices, boolean coordinatorNotices) {
    WorkerProcess process = seat(name).process;
    CoordinatorProcess server = coordinator;
    if (process == null || server == null) {
      return;
    }
    world.trace().line(name, "its connection breaks");
    for (Connection connection : network.between(process, server)) {
      if (workerNotices) {
        connection.breakForClient();
      }
      if (coordinatorNotices) {
        connection.breakForServer();
      }
    }
  }

  /** The processes that still work on something. */
  public List<String> busy() {
    return living().stream().filter(WorkerProcess::works).map(SimulatedProcess::name).toList();
  }

  public boolean isIdle() {
    return living().stream().noneMatch(WorkerProcess::works);
  }

  // ---- peace

  /** From here on nothing goes wrong any more, and whoever should run does. */
  public void heal() {
    world.trace().line("world", "nothing goes wrong from here on");
    network.heal();
    store.heal();
    mostSyncMicros = 1_500;
    lastWords = null;
    if (coordinator != null) {
      coordinator.dieAfter(-1);
      coordinator.wake();
    }
    startCoordinator();
    living().forEach(SimulatedProcess::wake);
    seats.keySet().forEach(this::startWorker);
  }
}

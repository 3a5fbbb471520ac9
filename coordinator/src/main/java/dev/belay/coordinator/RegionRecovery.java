package dev.belay.coordinator;

import dev.belay.coordinator.core.Core;
import dev.belay.coordinator.core.Decision;
import dev.belay.coordinator.journal.DataDirectory;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalSettings;
import dev.belay.coordinator.journal.JournalStore;
import dev.belay.coordinator.journal.Recovery;
import dev.belay.coordinator.mirror.Fence;
import dev.belay.coordinator.mirror.MirrorReader;
import dev.belay.coordinator.mirror.MirrorReader.Found;
import dev.belay.coordinator.mirror.MirrorStore;
import dev.belay.coordinator.mirror.RecoveryException;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.FoundGeneration;
import dev.belay.runtime.proto.JournalRecord;
import dev.belay.runtime.proto.Takeover;
import dev.belay.runtime.time.Now;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes an empty data directory that of a cluster whose region was lost, from its mirror: reads the
 * state, takes the mirror for itself, and founds the next generation of epochs. What is written
 * down first is a token; a recovery that is cut off is known by it and begun anew.
 */
final class RegionRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(RegionRecovery.class);

  /** Somebody may still be adding to the mirror; each attempt is lost to one piece of his. */
  private static final int MOST_ATTEMPTS = 20;

  private final DataDirectory directory;
  private final MirrorStore origin;
  private final CoordinatorSettings settings;
  private final boolean again;

  /** Whether the mirror may be claimed under the token by now. */
  private boolean claiming;

  private RegionRecovery(
      DataDirectory directory, MirrorStore origin, CoordinatorSettings settings, boolean again) {
    this.directory = directory;
    this.origin = origin;
    this.settings = settings;
    this.again = again;
  }

  /**
   * Recovers, unless the directory was recovered before.
   *
   * @return what people should know, a line each; empty if there was nothing to do
   */
  static List<String> into(
      DataDirectory directory, MirrorStore origin, CoordinatorSettings settings, boolean again)
      throws IOException {
    OriginFile known = OriginFile.read(directory.path());
    if (known == null) {
      OriginFile.requireEmpty(directory.path());
    } else {
      known.require(origin.describe());
      if (known.done()) {
        return List.of();
      }
      known.startAnew();
    }
    RegionRecovery recovery = new RegionRecovery(directory, origin, settings, again);
    if (known != null) {
      return recovery.recover(known);
    }
    OriginFile begun = OriginFile.begin(directory.path(), origin.describe());
    try {
      return recovery.recover(begun);
    } catch (IOException | RuntimeException e) {
      if (!recovery.claiming) {
        begun.forget();
      }
      throw e;
    }
  }

  private List<String> recover(OriginFile file) throws IOException {
    Takeover token = Takeover.newBuilder().setToken(file.token()).setHost(host()).build();
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Found<Recovered> found = read(file.scratch());
      requireFounded(found);
      found.state().core.check();
      int generation = generation(found, token);
      boolean own = isOwn(found, token);
      claiming = true;
      if (own || Fence.claim(origin, found, generation, token, System.currentTimeMillis())) {
        Tally tally = Tally.of(found.state().core);
        write(found, generation);
        file.finish();
        return lines(found, tally, generation);
      }
    }
    throw new RecoveryException(
        "somebody goes on adding to the mirror "
            + origin.describe()
            + ": stop the coordinator of the lost region, then try again");
  }

  private Found<Recovered> read(Path scratch) throws IOException {
    return MirrorReader.read(
        origin, () -> new Recovered(new Core(settings.timing(), settings.store())), scratch);
  }

  private void requireFounded(Found<Recovered> found) throws RecoveryException {
    if (!found.state().core.founded()) {
      throw new RecoveryException(
          "the mirror "
              + origin.describe()
              + " ends before its cluster did anything: there is nothing to go on with");
    }
  }

  private static boolean isOwn(Found<?> found, Takeover token) {
    Takeover taken = found.takeover();
    return taken != null && taken.getToken().equals(token.getToken());
  }

  private int generation(Found<?> found, Takeover token) throws RecoveryException {
    if (isOwn(found, token)) {
      return found.generation();
    }
    Takeover taken = found.takeover();
    if (taken != null && !again) {
      throw new RecoveryException(
          "the mirror %s was recovered from already, on %s at %s: start that coordinator again on its data directory; if that is lost, --recover-again goes on from where the mirror ends"
              .formatted(
                  origin.describe(),
                  taken.getHost(),
                  Instant.ofEpochMilli(found.takeoverMillis())));
    }
    return found.generation() + 1;
  }

  /** The directory gets a journal that begins with what was found. */
  private void write(Found<Recovered> found, int generation) throws IOException {
    JournalStore<Recovered> store =
        new JournalStore<>(
            directory,
            () -> new Recovered(new Core(settings.timing(), settings.store())),
            JournalSettings.defaults());
    long sequence = found.lastSequence();
    Recovery<Recovered> recovery =
        new Recovery<>(found.state(), sequence, found.journalGeneration(), 0, 0);
    try (Journal journal = store.begin(recovery)) {
      Core core = found.state().core;
      Command command =
          Command.newBuilder()
              .setFoundGeneration(FoundGeneration.newBuilder().setEpochGeneration(generation))
              .build();
      while (core.generation() != generation) {
        Decision decision =
            core.decide(command, new Now(System.nanoTime(), System.currentTimeMillis()));
        decision.events().forEach(core::apply);
        journal.append(
            JournalRecord.newBuilder()
                .setSequence(++sequence)
                .addAllEvents(decision.events())
                .build());
      }
      journal.sync();
    }
    LOG.info("generation {} of cluster {} begins here", generation, found.cluster());
  }

  private List<String> lines(Found<Recovered> found, Tally tally, int generation) {
    long now = System.currentTimeMillis();
    List<String> lines = new ArrayList<>();
    lines.add(
        "recovered cluster %s from %s: %d jobs, %d of them unfinished with %d of %d partitions to go"
            .formatted(
                found.cluster(),
                origin.describe(),
                tally.jobs(),
                tally.unfinished(),
                tally.toGo(),
                tally.partitions()));
    lines.add(
        "the mirror ends with record %d, decided %s ago; what was acknowledged after %s is lost"
            .formatted(
                found.lastSequence(),
                age(now - found.newestMillis()),
                Instant.ofEpochMilli(found.asOfMillis())));
    found.damages().forEach(damage -> lines.add(damage + "; what it held is lost"));
    lines.add(
        "generation %s: %d leases of the lost region are over; %s is the store from now on"
            .formatted(Integer.toUnsignedString(generation), tally.leases(), origin.describe()));
    return lines;
  }

  private static String age(long millis) {
    Duration age = Duration.ofMillis(Math.max(0, millis));
    if (age.toHours() > 0) {
      return age.toHours() + " h " + age.toMinutesPart() + " min";
    }
    return age.toMinutes() > 0
        ? age.toMinutes() + " min " + age.toSecondsPart() + " s"
        : "%d.%d s".formatted(age.toSeconds(), age.toMillisPart() / 100);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}

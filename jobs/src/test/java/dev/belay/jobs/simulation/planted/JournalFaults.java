package dev.belay.jobs.simulation.planted;

import dev.belay.coordinator.core.Effect;
import dev.belay.coordinator.journal.Journal;
import dev.belay.coordinator.journal.JournalException;
import dev.belay.coordinator.loop.Outbox;
import dev.belay.jobs.simulation.cluster.Seams;
import dev.belay.runtime.proto.JournalRecord;

/** What could be wrong between deciding, remembering and telling. */
final class JournalFaults {
  private JournalFaults() {}

  private static class JournalDouble implements Journal {
    final Journal real;

    JournalDouble(Journal real) {
      this.real = real;
    }

    @Override
    public void append(JournalRecord record) throws JournalException {
      real.append(record);
    }

    @Override
    public void sync() throws JournalException {
      real.sync();
    }

    @Override
    public void close() throws JournalException {
      real.close();
    }
  }

  private static class OutboxDouble implements Outbox {
    private final Outbox real;

    OutboxDouble(Outbox real) {
      this.real = real;
    }

    @Override
    public void carryOut(Effect effect) {
      real.carryOut(effect);
    }

    @Override
    public void flush() {
      real.flush();
    }
  }

  /** The sync runs beside the loop, and the answers do not wait for it. */
  static final class AnswersBeforeTheSync extends Seams {
    @Override
    public Journal journal(Journal journal) {
      return new JournalDouble(journal) {
        private boolean owed;

        @Override
        public void append(JournalRecord record) throws JournalException {
          if (owed) {
            real.sync();
          }
          real.append(record);
        }

        @Override
        public void sync() {
          owed = true;
        }
      };
    }
  }

  /** A device that says that it has synced, and now and then has not. */
  static final class LosesASyncNowAndThen extends Seams {
    @Override
    public Journal journal(Journal journal) {
      return new JournalDouble(journal) {
        private int syncs;

        @Override
        public void sync() throws JournalException {
          if (++syncs % 40 != 0) {
            real.sync();
          }
        }
      };
    }
  }

  /** Events are written one by one, and the last of a command is lost. */
  static final class AppliesHalfACommand extends Seams {
    @Override
    public Journal journal(Journal journal) {
      return new JournalDouble(journal) {
        @Override
        public void append(JournalRecord record) throws JournalException {
          int events = record.getEventsCount();
          real.append(events > 1 ? record.toBuilder().removeEvents(events - 1).build() : record);
        }
      };
    }
  }

  /** Deleting a job's last objects takes what its name is the beginning of: job-1 and job-10. */
  static final class DeletesTooMuch extends Seams {
    @Override
    public Outbox outbox(Outbox outbox) {
      return new OutboxDouble(outbox) {
        @Override
        public void carryOut(Effect effect) {
          super.carryOut(
              effect instanceof Effect.Delete one
                  ? new Effect.Delete(one.job(), one.prefix(), one.keys(), true)
                  : effect);
        }
      };
    }
  }

  /** Answers are let out from a buffer that a full batch overtakes: one is held back for good. */
  static final class SwallowsAnEffect extends Seams {
    @Override
    public Outbox outbox(Outbox outbox) {
      return new OutboxDouble(outbox) {
        private int sends;

        @Override
        public void carryOut(Effect effect) {
          boolean desired = effect instanceof Effect.Send send && send.message().hasDesired();
          if (!desired || ++sends % 10 != 0) {
            super.carryOut(effect);
          }
        }
      };
    }
  }
}

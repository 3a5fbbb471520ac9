package dev.belay.worker.task;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The threads that attempts run on. One that is through with an attempt takes the next, under that
 * one's name: to begin a thread takes longer than many a partition, and so does to wake one. So an
 * attempt that is begun by what another's end brings about is lived on that one's thread, right
 * after it. Thread-safe.
 */
final class Crew implements AutoCloseable {
  private static final String IDLE = "belay-idle";

  /**
   * An attempt, as a thread lives it.
   *
   * @param end what is done last: nothing of the job's code, and nothing that waits
   */
  private record Life(String name, Runnable attempt, Runnable end) {}

  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  private final ExecutorService threads = Executors.newCachedThreadPool(Member::new);

  /** A thread of the crew. */
  private final class Member extends Thread {
    // For this thread alone.
    private boolean atAnEnd;
    private @Nullable Life next;

    Member(Runnable action) {
      super(action);
      setDaemon(true);
      beAsNew();
    }

    /** Whether this thread will do it; if so, it is at the end of another one. */
    boolean goesOnWith(Life life) {
      if (!atAnEnd || next != null) {
        return false;
      }
      next = life;
      return true;
    }

    void live(Life life) {
      setName(life.name);
      try {
        life.attempt.run();
      } finally {
        beAsNew();
        Thread.interrupted();
        atAnEnd = true;
        try {
          life.end.run();
        } finally {
          atAnEnd = false;
        }
      }
    }

    private void beAsNew() {
      setName(IDLE);
      if (getPriority() != NORM_PRIORITY) {
        setPriority(NORM_PRIORITY);
      }
      setContextClassLoader(loader);
      setUncaughtExceptionHandler(null);
    }

    @Nullable Life takeNext() {
      Life taken = next;
      next = null;
      return taken;
    }

    boolean isOf(Crew crew) {
      return crew == Crew.this;
    }
  }

  /**
   * Lives an attempt on a thread of that name, and then its end. Whatever the attempt's code made
   * of the thread ends with it, but for thread locals, which cannot be taken away from a thread.
   */
  void live(String name, Runnable attempt, Runnable end) {
    Life life = new Life(name, attempt, end);
    if (!(Thread.currentThread() instanceof Member member
        && member.isOf(this)
        && member.goesOnWith(life))) {
      threads.execute(() -> work(life));
    }
  }

  private void work(Life first) {
    Member member = (Member) Thread.currentThread();
    Life life = first;
    try {
      while (life != null) {
        member.live(life);
        life = member.takeNext();
      }
    } finally {
      handOn(member.takeNext());
    }
  }

  /** Of a thread that dies of what an attempt has thrown. */
  private void handOn(@Nullable Life next) {
    if (next != null) {
      threads.execute(() -> work(next));
    }
  }

  /** Those at work go on; a thread that becomes idle ends. */
  @Override
  public void close() {
    threads.shutdown();
  }
}

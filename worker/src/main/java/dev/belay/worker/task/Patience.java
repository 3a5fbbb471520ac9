package dev.belay.worker.task;

/**
 * Trying again, on the attempt's own thread, what fails for reasons that pass: says so once, shows
 * it as trouble, waits longer each time. Nothing may be lost by leaving meanwhile: a drain gives
 * the lease back.
 */
final class Patience {
  private final Control control;
  private final Troubles.Kind kind;
  private final Backoff backoff;

  Patience(Control control, Troubles.Kind kind, Backoff backoff) {
    this.control = control;
    this.kind = kind;
    this.backoff = backoff;
  }

  /** After a failure: returns when it is time for another try. */
  void waitAfter(String trouble) {
    control.troubles().set(kind, trouble);
    control.pauseOrRelease(backoff.next());
    // One that the job's code left behind would make every try fail; ours comes with an ending.
    Thread.interrupted();
  }

  /**
   * As {@link #waitAfter}, for the store: until {@link #over} the task does nothing but wait for
   * that.
   */
  void waitForStore(String trouble) {
    control.troubles().awaitStore(true);
    waitAfter(trouble);
  }

  /** After a success. */
  void over() {
    control.troubles().awaitStore(false);
    control.troubles().clear(kind);
    backoff.reset();
  }
}

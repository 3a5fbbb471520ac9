package dev.belay.jobs.net;

import java.io.IOException;

/** What joins the hosts, and can be made bad: each host's link in each of its directions. */
interface Wire extends AutoCloseable {
  /** From the host to the others, and from the others to the host. */
  enum Direction {
    UP,
    DOWN
  }

  /** Takes effect before it returns. */
  void impair(int host, Direction direction, Impairment how) throws IOException;

  @Override
  void close() throws IOException;
}

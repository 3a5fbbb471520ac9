package dev.belay.jobs.simulation.machine;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of a connection. In order, as TCP is: what a cut keeps arrives when it has healed,
 * and nothing overtakes. Or as a network without such manners: each message for itself, perhaps
 * never, perhaps twice, perhaps late. Belay relies on neither.
 */
final class Pipe {
  private static final long RETRY_NANOS = 200_000_000L;

  private final World world;
  private final Route route;
  private final boolean ordered;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private long lastArrivalNanos;
  private boolean closed;

  Pipe(World world, Route route, boolean ordered) {
    this.world = world;
    this.route = route;
    this.ordered = ordered;
  }

  void send(Runnable delivery) {
    if (closed) {
      return;
    }
    if (ordered) {
      waiting.add(delivery);
      long arrival = Math.max(lastArrivalNanos, world.time().nanos() + route.delayNanos(world));
      lastArrivalNanos = arrival;
      world.time().after(arrival - world.time().nanos(), this::deliverNext);
    } else if (route.isCut() || route.loses(world)) {
      world.injected().add("message lost");
    } else {
      deliverLoosely(delivery);
      if (route.duplicates(world)) {
        world.injected().add("message duplicated");
        deliverLoosely(delivery);
      }
    }
  }

  private void deliverLoosely(Runnable delivery) {
    world
        .time()
        .after(
            route.delayNanos(world),
            () -> {
              if (!closed) {
                delivery.run();
              }
            });
  }

  /** As many deliveries are asked for as messages wait; a cut puts one off. */
  private void deliverNext() {
    if (closed) {
      return;
    }
    if (route.isCut()) {
      world.time().after(RETRY_NANOS, this::deliverNext);
      return;
    }
    Runnable delivery = waiting.poll();
    if (delivery != null) {
      delivery.run();
    }
  }

  /** What is on the way is lost. */
  void close() {
    closed = true;
    waiting.clear();
  }

  boolean isCut() {
    return route.isCut();
  }
}

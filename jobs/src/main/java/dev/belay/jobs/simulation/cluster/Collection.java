package dev.belay.jobs.simulation.cluster;

import dev.belay.jobs.simulation.machine.Network.Reply;
import dev.belay.jobs.simulation.machine.SimulatedStore;
import dev.belay.runtime.proto.Collect;
import dev.belay.runtime.proto.Collected;
import dev.belay.runtime.proto.Command;
import dev.belay.runtime.proto.StoredObject;
import dev.belay.runtime.simulation.Chance;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A look through the store for garbage, as a server's collector takes it: unfinished uploads first,
 * then all objects, some at a time to the core, which says what of them is garbage. Between any two
 * steps time passes, others collect, and the process may die.
 */
final class Collection {
  private static final int MOST_A_PAGE = 8;
  private static final long MOST_PAUSE_MICROS = 400_000;

  private final CoordinatorProcess at;
  private final SimulatedStore store;
  private final Chance chance;
  private final Consumer<Boolean> done;
  private final Deque<String> abandoned = new ArrayDeque<>();
  private String root = "";

  /**
   * @param done told whether it came to its end; the process may die before
   */
  Collection(CoordinatorProcess at, SimulatedStore store, Chance chance, Consumer<Boolean> done) {
    this.at = at;
    this.store = store;
    this.chance = chance;
    this.done = done;
  }

  void begin() {
    ask(
        Collect.newBuilder(),
        founded -> {
          root = founded.getCluster();
          if (root.isEmpty()) {
            done.accept(true);
          } else {
            store.unfinished(at, root + "/", keys -> found(keys, this::uploads));
          }
        });
  }

  private void found(@Nullable List<String> keys, Consumer<Deque<String>> then) {
    if (keys == null) {
      done.accept(false);
    } else {
      then.accept(new ArrayDeque<>(keys));
    }
  }

  private void uploads(Deque<String> left) {
    if (left.isEmpty()) {
      store.list(at, root + "/", keys -> found(keys, this::objects));
      return;
    }
    Collect.Builder page = Collect.newBuilder();
    page(left, page::addUnfinished);
    ask(
        page,
        answer -> {
          abandoned.addAll(answer.getAbandonList());
          abandonNext(left);
        });
  }

  private void abandonNext(Deque<String> left) {
    String key = abandoned.poll();
    if (key == null) {
      uploads(left);
    } else {
      at.abandon(key, () -> abandonNext(left));
    }
  }

  private void objects(Deque<String> left) {
    if (left.isEmpty()) {
      done.accept(true);
      return;
    }
    Collect.Builder page = Collect.newBuilder();
    page(left, key -> page.addObjects(StoredObject.newBuilder().setKey(key).setLength(16)));
    ask(page, answer -> objects(left));
  }

  private void page(Deque<String> left, Consumer<String> add) {
    for (int most = 1 + chance.below(MOST_A_PAGE); most > 0 && !left.isEmpty(); most--) {
      add.accept(left.remove());
    }
  }

  private void ask(Collect.Builder page, Consumer<Collected> then) {
    long pauseNanos = chance.oneIn(4) ? 1_000 * chance.between(0, MOST_PAUSE_MICROS) : 0;
    at.after(
        pauseNanos,
        () ->
            at.called(
                Command.newBuilder().setCollect(page),
                reply -> at.after(0, () -> then.accept(collected(reply)))));
  }

  private static Collected collected(Reply reply) {
    if (reply.message() instanceof Collected answer) {
      return answer;
    }
    throw new IllegalStateException("the core does not say what is garbage: " + reply.refusal());
  }
}

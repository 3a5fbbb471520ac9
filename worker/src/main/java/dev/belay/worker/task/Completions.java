package dev.belay.worker.task;

import dev.belay.runtime.job.Publication;
import dev.belay.runtime.proto.Completion;
import dev.belay.runtime.proto.Lease;
import dev.belay.runtime.proto.ListCompletionsReply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The results of all partitions, asked for a page at a time while they are iterated, again and
 * again while the coordinator is out of reach. For the attempt's thread.
 */
final class Completions implements Iterable<Publication.Completion> {
  private static final int PAGE = 256;

  private final Lease lease;
  private final Reporter reporter;
  private final Control control;
  private final Patience patience;

  Completions(Lease lease, Reporter reporter, Control control, Patience patience) {
    this.lease = lease;
    this.reporter = reporter;
    this.control = control;
    this.patience = patience;
  }

  @Override
  public Iterator<Publication.Completion> iterator() {
    return new Pages();
  }

  private ListCompletionsReply page(int from) {
    while (true) {
      control.checkOrRelease();
      CompletableFuture<Outcome> outcome =
          reporter.completions(lease, from, PAGE).handle(Outcome::new);
      Outcome now = control.await(outcome);
      if (now.reply != null) {
        patience.over();
        return now.reply;
      }
      patience.waitAfter("the results of the partitions cannot be had: " + now.failure);
    }
  }

  private record Outcome(@Nullable ListCompletionsReply reply, @Nullable Throwable failure) {}

  private final class Pages implements Iterator<Publication.Completion> {
    private final Deque<Completion> page = new ArrayDeque<>();
    private int next;
    private boolean last;

    @Override
    public boolean hasNext() {
      while (page.isEmpty() && !last) {
        ListCompletionsReply reply = page(next);
        page.addAll(reply.getCompletionsList());
        last = reply.getNextIndex() <= next;
        next = reply.getNextIndex();
      }
      return !page.isEmpty();
    }

    @Override
    public Publication.Completion next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Completion completion = page.remove();
      return new Publication.Completion(
          completion.getIndex(),
          SmallResult.values(completion.getResult()),
          completion.getSegmentsList().stream()
              .map(
                  segment ->
                      new Publication.Completion.Segment(
                          segment.getName(), segment.getBytes(), segment))
              .toList());
    }
  }
}

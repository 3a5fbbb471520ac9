package dev.belay.jobs.cli;

import dev.belay.runtime.proto.KeptCheckpoint;
import dev.belay.runtime.proto.ListCheckpointsReply;
import dev.belay.runtime.proto.ListCheckpointsRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A job's checkpoints, page by page; only one page is in memory at a time, and the next one is
 * asked for when it is wanted. May be gone through once. Several threads may each go through pages
 * of one client.
 */
final class CheckpointPages implements Iterable<ListCheckpointsReply> {
  private final CoordinatorClient client;
  private final ListCheckpointsRequest request;
  private final ListCheckpointsReply first;
  private BooleanSupplier enough = () -> false;

  private CheckpointPages(
      CoordinatorClient client, ListCheckpointsRequest request, ListCheckpointsReply first) {
    this.client = client;
    this.request = request;
    this.first = first;
  }

  /** Asks for the first page. */
  static CheckpointPages ask(CoordinatorClient client, ListCheckpointsRequest request) {
    synchronized (client) {
      return new CheckpointPages(client, request, client.checkpoints(request));
    }
  }

  /** All of one partition, with their lists. */
  static List<KeptCheckpoint> of(CoordinatorClient client, String job, int partition) {
    ListCheckpointsRequest request =
        ListCheckpointsRequest.newBuilder()
            .setJob(job)
            .setOnlyPartition(partition)
            .setWhole(true)
            .build();
    List<KeptCheckpoint> all = new ArrayList<>();
    ask(client, request).forEach(page -> all.addAll(page.getCheckpointsList()));
    return all;
  }

  /** Asks for no further page once this says so. */
  CheckpointPages until(BooleanSupplier enough) {
    this.enough = enough;
    return this;
  }

  /** What there is to know of the job as a whole. */
  ListCheckpointsReply first() {
    return first;
  }

  @Override
  public Iterator<ListCheckpointsReply> iterator() {
    return new Iterator<>() {
      private @Nullable ListCheckpointsReply previous;

      @Override
      public boolean hasNext() {
        return previous == null || (previous.hasNextPartition() && !enough.getAsBoolean());
      }

      @Override
      public ListCheckpointsReply next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        previous = previous == null ? first : after(previous);
        return previous;
      }
    };
  }

  private ListCheckpointsReply after(ListCheckpointsReply page) {
    // By now its name may mean another one.
    ListCheckpointsRequest.Builder next =
        request.toBuilder()
            .setJob(first.getJobId())
            .setFromPartition(page.getNextPartition())
            .setFromPlace(page.getNextPlace());
    synchronized (client) {
      return client.checkpoints(next.build());
    }
  }
}

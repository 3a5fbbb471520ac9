package dev.belay.jobs.cli;

import dev.belay.runtime.proto.DescribeJobRequest;
import dev.belay.runtime.proto.JobDescription;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A job's partitions, page by page; the first page says what there is to know of the job as a
 * whole. Only one page is in memory at a time, and the next one is asked for when it is wanted, so
 * going on to it may throw what {@link CoordinatorClient} throws. May be gone through once.
 */
final class JobPages implements Iterable<JobDescription> {
  private final CoordinatorClient client;
  private final DescribeJobRequest request;
  private final JobDescription first;
  private final int last;
  private BooleanSupplier enough = () -> false;

  private JobPages(
      CoordinatorClient client, DescribeJobRequest request, JobDescription first, int last) {
    this.client = client;
    this.request = request;
    this.first = first;
    this.last = last;
  }

  /**
   * Asks for the first page.
   *
   * @param request what is wanted, and from where on
   */
  static JobPages ask(CoordinatorClient client, DescribeJobRequest request) {
    return ask(client, request, Integer.MAX_VALUE);
  }

  /**
   * Asks for the first page.
   *
   * @param last the last partition that is wanted
   */
  static JobPages ask(CoordinatorClient client, DescribeJobRequest request, int last) {
    return new JobPages(client, request, upTo(last, client.describe(request)), last);
  }

  /** All of a job that was looked at: only asks if that look did not show everything. */
  static JobPages all(CoordinatorClient client, JobDescription seen) {
    DescribeJobRequest whole =
        DescribeJobRequest.newBuilder().setJob(seen.getSummary().getJobId()).build();
    return seen.hasNextPartition()
        ? ask(client, whole)
        : new JobPages(client, whole, seen, Integer.MAX_VALUE);
  }

  /** Asks for no further page once this says so. */
  JobPages until(BooleanSupplier enough) {
    this.enough = enough;
    return this;
  }

  JobDescription first() {
    return first;
  }

  @Override
  public Iterator<JobDescription> iterator() {
    return new Iterator<>() {
      private @Nullable JobDescription previous;

      @Override
      public boolean hasNext() {
        return previous == null || (previous.hasNextPartition() && !enough.getAsBoolean());
      }

      @Override
      public JobDescription next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        previous = previous == null ? first : page(previous.getNextPartition());
        return previous;
      }
    };
  }

  private JobDescription page(int from) {
    // Recoveries are the job's and came with the first page; by now its name may mean another one.
    DescribeJobRequest next =
        request.toBuilder()
            .setJob(first.getSummary().getJobId())
            .setFromPartition(from)
            .setRecoveries(0)
            .build();
    return upTo(last, client.describe(next));
  }

  private static JobDescription upTo(int last, JobDescription page) {
    if (last == Integer.MAX_VALUE) {
      return page;
    }
    JobDescription.Builder within = page.toBuilder().clearPartitions();
    page.getPartitionsList().stream()
        .takeWhile(partition -> partition.getIndex() <= last)
        .forEach(within::addPartitions);
    if (page.getNextPartition() > last) {
      within.clearNextPartition();
    }
    return within.build();
  }
}

package dev.belay.storage.s3;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.s3.S3Client;

/** What all uploads and downloads of one store share: the client, threads, memory. */
final class Bucket {
  private static final int THREADS = 8;

  final S3Location location;
  final S3Client client;
  final S3Errors errors;
  final Spread spread;
  final Buffers buffers = new Buffers();
  final ExecutorService threads;
  private final Silence silence;

  Bucket(S3Location location, S3Client client, Silence silence) {
    this.silence = silence;
    this.location = location;
    this.client = client;
    this.errors = new S3Errors(location);
    this.spread = new Spread(location.prefix());
    this.threads = pool();
  }

  private static ExecutorService pool() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "belay-s3-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** What the bucket calls this key. */
  String name(String key) {
    return spread.name(key);
  }

  /** Whether the server says nothing to who waits for it, and has not for seconds. */
  boolean hangs() {
    return silence.nanos() >= 2_000_000_000L;
  }

  void close() {
    threads.shutdown();
    client.close();
  }
}

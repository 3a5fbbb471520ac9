package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.Closeable;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Writes one generation: a new queue, of which nobody else knows yet.
 *
 * <p>Chronicle appends through a mapping, and says nothing of what becomes of its pages. So the
 * files are made here before Chronicle sees them, blocks are taken ahead of each append ({@link
 * Allocation}), and {@link #sync} forces the file through a channel that was open before the first
 * byte, which reports every failed write since.
 */
final class GenerationWriter implements AutoCloseable {
  private final GenerationFiles files;
  private final GenerationHeader header;
  private final FileChannel cycle;
  private final Allocation allocation;
  private final SyncMark mark;
  private final ChronicleQueue queue;
  private final ExcerptAppender appender;

  private int chain;
  private long last;
  private long synced;
  private long end;

  private GenerationWriter(
      GenerationFiles files,
      GenerationHeader header,
      ChronicleQueue queue,
      ExcerptAppender appender,
      FileChannel cycle,
      SyncMark mark) {
    this.files = files;
    this.header = header;
    this.queue = queue;
    this.appender = appender;
    this.cycle = cycle;
    this.allocation = new Allocation(cycle);
    this.mark = mark;
    this.chain = header.chain();
    this.last = header.firstSequence() - 1;
    this.synced = last;
  }

  /** Creates the generation's files; when this returns they and their names are durable. */
  static GenerationWriter create(GenerationFiles files, GenerationHeader header)
      throws JournalException {
    try {
      Files.createDirectory(files.directory());
    } catch (IOException e) {
      throw failed(files, "created", e);
    }
    try {
      return createFiles(files, header);
    } catch (JournalException e) {
      throw withoutTrace(files, e);
    }
  }

  private static GenerationWriter createFiles(GenerationFiles files, GenerationHeader header)
      throws JournalException {
    ChronicleQueue queue = null;
    FileChannel cycle = null;
    SyncMark mark = null;
    try {
      mark = SyncMark.create(files.mark(), files.generation());
      Allocation.create(files.metadata(), Allocation.METADATA_BYTES);
      queue = ChronicleRuntime.open(files);
      // Before the cycle file: with one there, it would wait for someone to finish it.
      ExcerptAppender appender = queue.createAppender();
      // Used by one thread at a time, not by the thread that made it.
      appender.singleThreadedCheckDisabled(true);
      // Begun by one thread and used by another, never by two at a time.
      appender.singleThreadedCheckDisabled(true);
      cycle =
          FileChannel.open(files.cycle(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      GenerationWriter writer = new GenerationWriter(files, header, queue, appender, cycle, mark);
      writer.begin();
      return writer;
    } catch (IOException | RuntimeException | InternalError e) {
      Closeable.closeQuietly(queue, cycle, mark);
      throw failed(files, "created", e);
    }
  }

  /** On a full disk, each attempt would otherwise make it fuller. */
  private static JournalException withoutTrace(GenerationFiles files, JournalException failed) {
    try {
      files.delete();
    } catch (IOException e) {
      failed.addSuppressed(e);
    }
    return failed;
  }

  private void begin() throws IOException {
    allocation.reserve(0);
    write(header.encode());
    cycle.force(true);
    Durable.force(files.metadata());
    Durable.forceDirectory(files.directory());
    Durable.forceParent(files.directory());
  }

  long lastSequence() {
    return last;
  }

  long generation() {
    return files.generation();
  }

  /** How far the file has been written. */
  long bytes() {
    return end;
  }

  void append(JournalRecord record) throws JournalException {
    JournalRecord own = record.toBuilder().setJournalGeneration(generation()).build();
    if (own.getSerializedSize() > ChronicleRuntime.MOST_RECORD_BYTES) {
      throw new JournalException(
          "record %d has %d bytes, more than the journal can hold (%d)"
              .formatted(
                  own.getSequence(), own.getSerializedSize(), ChronicleRuntime.MOST_RECORD_BYTES));
    }
    byte[] frame = Frame.encode(header.salt(), chain, synced, own.toByteArray());
    try {
      allocation.reserve(end + frame.length);
      write(frame);
    } catch (IOException | RuntimeException | InternalError e) {
      throw failed(files, "written", e);
    }
    chain = Frame.chainOf(frame);
    last = own.getSequence();
  }

  private void write(byte[] frame) {
    try (DocumentContext document = appender.writingDocument()) {
      Bytes<?> bytes = document.wire().bytes();
      bytes.write(frame);
      end = bytes.writePosition();
    }
  }

  void sync() throws JournalException {
    try {
      cycle.force(true);
      synced = last;
      mark.write(synced);
    } catch (IOException e) {
      throw failed(files, "synced", e);
    }
  }

  /** Ends the generation; what it takes on the disk shrinks to what it holds. */
  @Override
  public void close() throws JournalException {
    try (cycle;
        mark) {
      queue.close();
      cycle.truncate(end + Allocation.MARGIN_BYTES);
      mark.force();
    } catch (IOException | RuntimeException e) {
      throw failed(files, "closed", e);
    }
  }

  private static JournalException failed(GenerationFiles files, String doing, Throwable cause) {
    if (cause instanceof JournalException known) {
      return known;
    }
    return new JournalException(
        "the journal "
            + files.cycle()
            + " could not be "
            + doing
            + ": "
            + Durable.reason(cause)
            + "; see that its disk has room and works, then start again with the same --data",
        cause);
  }
}

package dev.belay.coordinator.journal;

import dev.belay.runtime.proto.JournalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/**
 * A generation of the journal in memory: the very bytes that a file would hold, written by the same
 * codec and read back by the same reader, with its judgement of where a journal ends. For the
 * simulator, which cuts the power and looks at what is left; no server uses it.
 *
 * <p>Chronicle's own pages are left out: the reader steps over them and so never depends on them.
 */
public final class GenerationImage {
  private static final int WORD = 8;

  private final GenerationHeader header;
  private byte[] bytes = new byte[1 << 12];
  private int end;
  private int chain;
  private long last;

  private int syncedEnd;
  private long synced;

  /** What the small file beside it says, and what it would say after a power cut. */
  private long mark;

  private long markBefore;

  private GenerationImage(GenerationHeader header) {
    this.header = header;
    this.chain = header.chain();
    this.last = header.firstSequence() - 1;
  }

  /** An empty one, durable. */
  public static GenerationImage begin(long generation, long firstSequence, long salt) {
    GenerationHeader header =
        new GenerationHeader(GenerationHeader.FORMAT, generation, firstSequence, salt);
    GenerationImage image = new GenerationImage(header);
    image.synced = image.last;
    image.write(header.encode());
    image.syncedEnd = image.end;
    return image;
  }

  /** Adds a record, whose sequence must be the next. */
  public void append(JournalRecord record) {
    if (record.getSequence() != last + 1) {
      throw new IllegalArgumentException("record " + record.getSequence() + " after " + last);
    }
    JournalRecord own = record.toBuilder().setJournalGeneration(generation()).build();
    byte[] frame = Frame.encode(header.salt(), chain, synced, own.toByteArray());
    write(frame);
    chain = Frame.chainOf(frame);
    last = own.getSequence();
  }

  private void write(byte[] document) {
    int next = (int) ChronicleDocument.next(end, document.length);
    if (next > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(next, 2 * bytes.length));
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(end, document.length);
    System.arraycopy(document, 0, bytes, end + ChronicleDocument.FRAME, document.length);
    end = next;
  }

  /** All that was appended is on the device from now on. */
  public void sync() {
    syncedEnd = end;
    synced = last;
    markBefore = mark;
    mark = last;
  }

  public long firstSequence() {
    return header.firstSequence();
  }

  public long lastSequence() {
    return last;
  }

  public long syncedSequence() {
    return synced;
  }

  /**
   * What is left when the power goes: everything synced, and of the rest those words of 8 bytes
   * that reached the device, in whatever order.
   *
   * @param reached asked for each word behind what was synced, by its number
   * @param marked whether the last mark reached the device; else there is the one before
   */
  public GenerationImage afterPowerCut(LongPredicate reached, boolean marked) {
    GenerationImage left = new GenerationImage(header);
    left.bytes = Arrays.copyOf(bytes, bytes.length);
    left.end = end;
    for (int at = syncedEnd; at < end; at = (at / WORD + 1) * WORD) {
      if (!reached.test(at / WORD)) {
        Arrays.fill(left.bytes, at, Math.min(end, (at / WORD + 1) * WORD), (byte) 0);
      }
    }
    left.mark = marked ? mark : markBefore;
    return left;
  }

  /**
   * Gives the records that can be read back.
   *
   * @param endSequence the first sequence of the generation after this one; 0 for the newest
   * @return the last sequence
   * @throws JournalException when what is left is no journal that ended with a crash
   */
  public long read(long endSequence, Consumer<JournalRecord> sink) throws JournalException {
    GenerationReader reader = GenerationReader.open(new Source());
    if (reader == null) {
      throw new DamagedException(
          "generation " + generation() + " holds nothing, not even a header");
    }
    return reader.read(endSequence, sink);
  }

  private long generation() {
    return header.generation();
  }

  /** As the reader sees it. */
  private final class Source implements GenerationSource {
    @Override
    public long generation() {
      return header.generation();
    }

    @Override
    public String name() {
      return "generation " + header.generation();
    }

    @Override
    public CycleBytes bytes() {
      return new Memory(bytes, end);
    }

    @Override
    public long syncMark() {
      return mark;
    }

    @Override
    public void endsEarly(long position, long lastSequence) {}
  }

  /** The written bytes, and zeros behind them as far as a file would have been made. */
  private record Memory(byte[] bytes, int end) implements CycleBytes {
    @Override
    public long size() {
      return end + (long) Allocation.MARGIN_BYTES;
    }

    @Override
    public boolean read(ByteBuffer into, long position) {
      if (into.remaining() > size() - position) {
        return false;
      }
      int written = (int) Math.max(0, Math.min(into.remaining(), end - position));
      if (written > 0) {
        into.put(bytes, (int) position, written);
      }
      into.put(new byte[into.remaining()]);
      return true;
    }

    @Override
    public void close() {}
  }
}

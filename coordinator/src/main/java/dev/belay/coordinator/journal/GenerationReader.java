package dev.belay.coordinator.journal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.belay.runtime.proto.JournalRecord;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads one generation's records as far as their chain holds, and judges why it ends.
 *
 * <p>In a generation that another followed, the next one's header says which record was the last:
 * up to there all must be whole, and what lies behind is nobody's.
 *
 * <p>In the newest, the chain ends after the last record of a coordinator that died. What lies
 * behind may be whole, half-written, or have holes where a page never reached the device, and may
 * all be dropped as long as no caller was told that it was durable. So: if anything says that the
 * missing record had been synced (a later record, the {@link SyncMark}), the file is damaged and
 * nothing is recovered. The same if the place holds other bytes than were ever written there; a
 * record that did not reach the device leaves zeros.
 */
final class GenerationReader {
  private static final int MOST_FRAME_BYTES = ChronicleRuntime.MOST_RECORD_BYTES + Frame.OVERHEAD;

  private final GenerationSource source;
  private final GenerationHeader header;
  private final long begin;

  private GenerationReader(GenerationSource source, GenerationHeader header, long begin) {
    this.source = source;
    this.header = header;
    this.begin = begin;
  }

  /**
   * Null when the generation was being created when the coordinator died, so holds nothing.
   *
   * @throws DamagedException when it held something
   */
  static @Nullable GenerationReader open(GenerationSource source) throws JournalException {
    try {
      return find(source);
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  private static @Nullable GenerationReader find(GenerationSource source) throws IOException {
    CycleBytes bytes = source.bytes();
    if (bytes != null) {
      try (CycleWindow window = new CycleWindow(bytes)) {
        GenerationReader reader = findHeader(source, window);
        if (reader != null) {
          return reader;
        }
        if (TailScan.holdsRecords(window)) {
          throw damaged(source, 0, "its header is not readable, though records follow");
        }
      }
    }
    if (source.syncMark() > 0) {
      throw damaged(source, 0, "its header is missing, though records were synced");
    }
    return null;
  }

  private static @Nullable GenerationReader findHeader(GenerationSource source, CycleWindow window)
      throws IOException {
    long position = 0;
    while (window.has(position, ChronicleDocument.FRAME)) {
      int frame = window.intAt(position);
      int length = ChronicleDocument.length(frame);
      if (!window.has(position + ChronicleDocument.FRAME, length)) {
        return null;
      }
      long next = ChronicleDocument.next(position, length);
      if (ChronicleDocument.isData(frame)) {
        return length > MOST_FRAME_BYTES
            ? null
            : checked(source, window.bytesAt(position + ChronicleDocument.FRAME, length), next);
      }
      if (!ChronicleDocument.isMeta(frame)) {
        return null;
      }
      position = next;
    }
    return null;
  }

  private static @Nullable GenerationReader checked(
      GenerationSource source, byte[] bytes, long next) throws JournalException {
    GenerationHeader header = GenerationHeader.decode(bytes);
    if (header == null) {
      return null;
    }
    if (header.format() > GenerationHeader.FORMAT) {
      throw KnownMessages.newer(source.name());
    }
    if (header.generation() != source.generation()) {
      throw damaged(source, 0, "it belongs to generation " + header.generation());
    }
    return new GenerationReader(source, header, next);
  }

  long firstSequence() {
    return header.firstSequence();
  }

  long generation() {
    return source.generation();
  }

  /**
   * Gives the records in order.
   *
   * @param end the first sequence of the generation after this one; 0 when this is the newest
   * @return the last sequence given, or the one before this generation's first
   */
  long read(long end, Consumer<JournalRecord> sink) throws JournalException {
    try {
      CycleBytes bytes = source.bytes();
      if (bytes == null) {
        throw damaged(source, 0, "it is gone");
      }
      try (CycleWindow window = new CycleWindow(bytes)) {
        return read(window, end, sink);
      }
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /**
   * How far a generation was read that may still be written.
   *
   * @param position where the next record begins
   * @param chain the chain check that it follows
   * @param last the sequence before it
   */
  record Mark(long position, int chain, long last) {}

  /** Before the first record. */
  Mark start() {
    return new Mark(begin, header.chain(), header.firstSequence() - 1);
  }

  /**
   * Gives records that are known to be whole, since they were synced, as far as this generation has
   * them and the sink wants more.
   *
   * @param upTo the last sequence that may be read
   */
  Mark readOn(Mark from, long upTo, Predicate<JournalRecord> sink) throws JournalException {
    try {
      CycleBytes bytes = source.bytes();
      if (bytes == null) {
        throw damaged(source, from.position(), "it is gone");
      }
      try (CycleWindow window = new CycleWindow(bytes)) {
        return readOn(window, from, upTo, sink);
      }
    } catch (JournalException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  private Mark readOn(CycleWindow window, Mark from, long upTo, Predicate<JournalRecord> sink)
      throws IOException {
    Mark mark = from;
    boolean wanted = true;
    while (wanted && mark.last() < upTo) {
      byte[] frame = frameAt(window, mark.position());
      Frame whole = frame == null ? null : Frame.decode(header.salt(), frame);
      if (frame == null || whole == null || !Frame.follows(mark.chain(), frame)) {
        return mark;
      }
      wanted = sink.test(parse(whole, mark.position(), mark.last() + 1));
      mark =
          new Mark(
              ChronicleDocument.next(mark.position(), frame.length),
              Frame.chainOf(frame),
              mark.last() + 1);
    }
    return mark;
  }

  private long read(CycleWindow window, long end, Consumer<JournalRecord> sink) throws IOException {
    long last = header.firstSequence() - 1;
    int chain = header.chain();
    long position = begin;
    while (last + 1 != end) {
      byte[] frame = frameAt(window, position);
      Frame whole = frame == null ? null : Frame.decode(header.salt(), frame);
      if (frame == null || whole == null) {
        judgeEnd(window, position, last, end);
        return last;
      }
      if (!Frame.follows(chain, frame)) {
        throw damaged(source, position, "record " + (last + 1) + " does not follow " + last);
      }
      sink.accept(parse(whole, position, last + 1));
      last++;
      chain = Frame.chainOf(frame);
      position = ChronicleDocument.next(position, frame.length);
    }
    return last;
  }

  private static byte @Nullable [] frameAt(CycleWindow window, long position) throws IOException {
    if (!window.has(position, ChronicleDocument.FRAME)) {
      return null;
    }
    int frame = window.intAt(position);
    int length = ChronicleDocument.length(frame);
    boolean fits = length <= MOST_FRAME_BYTES && window.has(position + 4, length);
    return ChronicleDocument.isData(frame) && fits ? window.bytesAt(position + 4, length) : null;
  }

  private JournalRecord parse(Frame frame, long position, long sequence) throws JournalException {
    JournalRecord record;
    try {
      record = JournalRecord.parseFrom(frame.record());
    } catch (InvalidProtocolBufferException e) {
      throw damaged(source, position, "record " + sequence + " cannot be understood");
    }
    KnownMessages.require(record, source.name());
    if (record.getSequence() != sequence || record.getJournalGeneration() != header.generation()) {
      throw damaged(source, position, "record " + sequence + " is in the wrong place");
    }
    return record;
  }

  private void judgeEnd(CycleWindow window, long position, long last, long end) throws IOException {
    if (end != 0) {
      throw damaged(
          source,
          position,
          "record " + (last + 1) + " of " + (end - 1) + " is not what was written");
    }
    TailScan.Finding finding = TailScan.scan(window, position, header.salt());
    long synced = Math.max(finding.synced(), source.syncMark());
    if (synced > last) {
      throw damaged(
          source, position, "record " + (last + 1) + " is gone, though " + synced + " were synced");
    }
    if (finding.damaged()) {
      throw damaged(source, position, "record " + (last + 1) + " is not what was written");
    }
    if (finding.written()) {
      source.endsEarly(position, last);
    }
  }

  private static DamagedException damaged(GenerationSource source, long position, String what) {
    return new DamagedException(
        source.name()
            + " is damaged at byte "
            + position
            + ": "
            + what
            + "; restore the data directory from a copy, or start with another --data");
  }

  private static JournalException unreadable(GenerationSource source, IOException e) {
    return new JournalException(
        source.name() + " cannot be read: " + Durable.reason(e) + "; mend it and start again", e);
  }
}

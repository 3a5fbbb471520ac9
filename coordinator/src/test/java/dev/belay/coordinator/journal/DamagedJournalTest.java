package dev.belay.coordinator.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every record here was synced: whatever happens to the file, none may be lost in silence. */
class DamagedJournalTest {
  private static final int RECORDS = 11;
  private static final int INDEX_BYTES = 33_000;

  @TempDir Path root;
  @TempDir Path other;
  private Path cycle;
  private byte[] sound;
  private int end;

  @BeforeEach
  void write() throws IOException {
    Directories.grow(root, RECORDS);
    cycle = Directories.files(root, 1).cycle();
    sound = Files.readAllBytes(cycle);
    end = sound.length;
    while (sound[end - 1] == 0) {
      end--;
    }
  }

  @Test
  void aChangedByteIsRefusedOrWithoutEffect() throws IOException {
    assertThat(refusedAmongChanges()).isGreaterThan((end - INDEX_BYTES) / 2);
  }

  @Test
  void aChangedByteIsRefusedOrWithoutEffectWhenThePowerCutTookTheMark() throws IOException {
    Files.write(Directories.files(root, 1).mark(), new byte[24]);

    assertThat(refusedAmongChanges()).isGreaterThan((end - INDEX_BYTES) / 2);
  }

  private int refusedAmongChanges() throws IOException {
    int[] masks = {0x01, 0x80, 0xFF};
    int refused = 0;
    try (RandomAccessFile file = new RandomAccessFile(cycle.toFile(), "rw")) {
      for (int at = 0; at < end + 8; at += at < INDEX_BYTES ? 97 : 1) {
        int mask = masks[at % masks.length];
        file.seek(at);
        file.write(sound[at] ^ mask);
        refused += refusedOrWhole("byte " + at + " xor " + mask);
        file.seek(at);
        file.write(sound[at]);
      }
    }
    return refused;
  }

  @Test
  void aLostPieceIsRefusedWhereverItLies() throws IOException {
    int first = firstRecord();
    for (int position = first; position < end; position += 29) {
      byte[] changed = sound.clone();
      Arrays.fill(changed, position, Math.min(end, position + 64), (byte) 0);
      Files.write(cycle, changed);

      assertThat(refusedOrWhole("64 bytes from " + position)).isOne();
    }
  }

  @Test
  void aShortenedFileIsRefusedWhereverItEnds() throws IOException {
    for (int length = 0; length < end; length += length < INDEX_BYTES ? 1997 : 31) {
      Files.write(cycle, Arrays.copyOf(sound, length));

      assertThat(refusedOrWhole("cut to " + length)).isOne();
    }
  }

  @Test
  void aShortenedFileIsRefusedWithoutTheMarkToo() throws IOException {
    Files.delete(Directories.files(root, 1).mark());
    for (int length = firstRecord(); length < end; length += 31) {
      Files.write(cycle, Arrays.copyOf(sound, length));

      assertThat(refusedOrWhole("cut to " + length)).isOne();
    }
  }

  @Test
  void aMissingFileIsRefused() throws IOException {
    Files.delete(cycle);

    assertThatThrownBy(() -> Directories.recover(root))
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("is damaged")
        .hasMessageContaining("restore the data directory");
  }

  @Test
  void aChangedMarkIsWithoutEffect() throws IOException {
    Path mark = Directories.files(root, 1).mark();
    byte[] bytes = Files.readAllBytes(mark);
    for (int position = 0; position < bytes.length; position++) {
      byte[] changed = bytes.clone();
      changed[position] ^= 0x10;
      Files.write(mark, changed);

      assertThat(refusedOrWhole("mark at " + position)).isZero();
    }
  }

  @Test
  void theTailOfAnEarlierGenerationIsNoRecordOfThisOne() throws IOException {
    // The same records at the same places in another generation: only its salt tells them apart.
    Directories.grow(other, RECORDS + 3);
    byte[] stale = Files.readAllBytes(Directories.files(other, 1).cycle());
    byte[] changed = Arrays.copyOf(sound, stale.length);
    System.arraycopy(stale, end, changed, end, stale.length - end);
    Files.write(cycle, changed);

    refusedOrWhole("a stale tail");
  }

  @Test
  void aHeaderOfAnotherGenerationIsRefused() throws IOException {
    Directories.grow(root, 2);
    Files.copy(cycle, Directories.files(root, 2).cycle(), StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> Directories.recover(root)).hasMessageContaining("generation 1");
  }

  /** 1 when refused, 0 when all is there; fails when records are lost or wrong. */
  private int refusedOrWhole(String what) throws JournalException {
    try {
      assertThat(Directories.recover(root).target().names).as(what).isEqualTo(Jobs.upTo(RECORDS));
      return 0;
    } catch (DamagedException e) {
      return 1;
    } catch (JournalException e) {
      assertThat(e).as(what).hasMessageContainingAll(root.toString(), "restore");
      return 1;
    }
  }

  private int firstRecord() {
    int position = INDEX_BYTES;
    byte[] magic = {'B', 'L', 'J', 'R'};
    while (!Arrays.equals(sound, position, position + 4, magic, 0, 4)) {
      position++;
    }
    return position;
  }
}

package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.ObjectStoreContract;
import dev.belay.storage.StoreException.Kind;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What every store on S3 must do beyond the contract of stores. */
public abstract class S3StoreContract extends ObjectStoreContract {
  /** As a process that died in the middle of it would leave it, here still alive. */
  @Test
  protected void anUploadInProgressIsListedAndEndedByWhoeverAbandonsIt() throws Exception {
    byte[] bytes = random(20_000_000);
    assertKind(
        Kind.UNAVAILABLE,
        () ->
            store()
                .put(
                    "u/k",
                    out -> {
                      out.write(bytes);
                      assertThat(another().unfinished("")).containsExactly("u/k");
                      assertThat(another().unfinished("u/")).containsExactly("u/k");
                      another().abandon("u/k");
                      assertThat(another().unfinished("")).isEmpty();
                    }));
    assertThat(another().unfinished("")).isEmpty();
    assertThat(list(another(), "")).isEmpty();
  }

  /** The completion of an upload in parts is asked not to replace, like any other put. */
  @Test
  protected void aLargeObjectIsNotReplacedByAnother() throws Exception {
    byte[] first = random(9_000_000);
    byte[] second = random(9_000_001);
    long unused = store().put("large/k", out -> out.write(first));
    assertKind(Kind.EXISTS, () -> another().put("large/k", out -> out.write(second)));
    try (InputStream in = another().open("large/k", 0)) {
      assertThat(in.readAllBytes()).isEqualTo(first);
    }
  }

  @Test
  protected void saysWhereAnObjectIsAsOtherToolsNameIt() {
    assertThat(store().locate("c/k")).matches("s3://[a-z0-9-]+(/[a-z0-9-]+)*/[0-9a-f]/c/k");
  }
}

package dev.belay.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.belay.storage.ObjectStoreContract;
import dev.belay.storage.StoreException.Kind;
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

  @Test
  protected void saysWhereAnObjectIsAsOtherToolsNameIt() {
    assertThat(store().locate("c/k")).matches("s3://[a-z0-9-]+(/[a-z0-9-]+)*/[0-9a-f]/c/k");
  }
}

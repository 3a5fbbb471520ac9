package dev.belay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

/** A job's classes change between the writing and the reading of a state. */
class EvolutionTest {
  /** Saves what the constructor makes of the first text, restores it as the second. */
  private static String restored(String before, String after) throws Exception {
    EncodedState encoded = save(before);
    Class<?> type = Compiled.compile("S", after);
    return new StateCodec(List.of(type)).decode(encoded, type).toString();
  }

  private static EncodedState save(String text) throws Exception {
    Class<?> type = Compiled.compile("S", text);
    var make = type.getDeclaredMethod("make");
    make.setAccessible(true);
    return new StateCodec(List.of(type)).encode(make.invoke(null));
  }

  private static final String CLASS_BEFORE =
      "class S { int a; String b; long[] c; S x; static S make() { S s = new S(); s.a = 1; s.b ="
          + " \"b\"; s.c = new long[] {7}; s.x = new S(); s.x.a = 2; return s; } }";

  @Test
  void aClassMayLoseGainAndReorderFields() throws Exception {
    assertThat(
            restored(
                CLASS_BEFORE,
                "class S { S x; double added = 1.5; String more; int a; public String toString() {"
                    + " return a + \" \" + added + \" \" + more + \" \" + (x == null ? null : x.a);"
                    + " } }"))
        .isEqualTo("1 1.5 null 2");
  }

  @Test
  void aFieldMayMoveToASuperclass() throws Exception {
    assertThat(
            restored(
                CLASS_BEFORE,
                "class S extends P { String b; public String toString() { return a + b; } }"
                    + " class P { int a; }"))
        .isEqualTo("1b");
  }

  private static final String RECORD_BEFORE =
      "record S(int a, String b, S x) {"
          + " static S make() { return new S(1, \"b\", new S(2, \"c\", null)); } }";

  @Test
  void aRecordMayLoseGainAndReorderComponents() throws Exception {
    assertThat(restored(RECORD_BEFORE, "record S(S x, long added, String b, String more) {}"))
        .isEqualTo("S[x=S[x=null, added=0, b=c, more=null], added=0, b=b, more=null]");
  }

  @Test
  void anEnumMayGainAndReorderConstants() throws Exception {
    assertThat(restored("enum S { A, B; static S make() { return B; } }", "enum S { NEW, B, A }"))
        .isEqualTo("B");
  }

  @Test
  void aConstantThatIsGoneIsIncompatible() throws Exception {
    assertIncompatible("enum S { A, B; static S make() { return B; } }", "enum S { A }")
        .contains("S.B")
        .contains("keep the constant");
  }

  @Test
  void aFieldOfAnotherTypeIsIncompatible() throws Exception {
    assertIncompatible(CLASS_BEFORE, "class S { long a; }")
        .isEqualTo("field S.a was saved as int and is long now: give the new field another name");
    assertIncompatible(CLASS_BEFORE, "class S { Integer b; }")
        .contains("S.b was saved as java.lang.String and is java.lang.Integer now");
    assertIncompatible(RECORD_BEFORE, "record S(long a) {}").contains("S.a was saved as int");
    assertIncompatible(RECORD_BEFORE, "record S(Integer b) {}").contains("S.b was saved as");
  }

  @Test
  void aClassThatBecameARecordIsIncompatible() throws Exception {
    assertIncompatible(CLASS_BEFORE, "record S(int a) {}").contains("was saved as OBJECT");
  }

  @Test
  void aConstructorThatRefusesTheValuesIsIncompatible() throws Exception {
    assertIncompatible(
            RECORD_BEFORE,
            "record S(int a) { S { if (a < 5) throw new IllegalArgumentException(\"too small\"); }"
                + " }")
        .contains("too small");
  }

  @Test
  void aClassThatIsNoLongerRegisteredIsIncompatible() throws Exception {
    EncodedState encoded = save(CLASS_BEFORE);
    assertThatThrownBy(() -> new StateCodec(List.of()).decode(encoded, Object.class))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE))
        .hasMessage(
            "the saved state holds a S, which is not registered now: keep the class, and name it in"
                + " Job.stateTypes(), until the jobs that use it are done");
  }

  @Test
  void registeringMoreOrInAnotherOrderIsNoChange() throws Exception {
    EncodedState encoded = save(RECORD_BEFORE);
    Class<?> type = Compiled.compile("S", RECORD_BEFORE);
    Class<?> other = Compiled.compile("O", "enum O { A }");
    assertThat(new StateCodec(List.of(other, type)).decode(encoded, type))
        .hasToString("S[a=1, b=b, x=S[a=2, b=c, x=null]]");
  }

  @Test
  void aNewerEncodingIsIncompatible() throws Exception {
    EncodedState encoded = save(RECORD_BEFORE);
    StateCodec codec = new StateCodec(List.of());
    for (var types :
        List.of(
            encoded.types().toBuilder().setFormat(2).build(),
            encoded.types().toBuilder().setBuiltins(90).build())) {
      assertThatThrownBy(() -> codec.decode(new EncodedState(types, encoded.bytes()), Object.class))
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE))
          .hasMessageContaining("newer version of Belay");
    }
  }

  private static AbstractStringAssert<?> assertIncompatible(String before, String after)
      throws Exception {
    EncodedState encoded = save(before);
    Class<?> type = Compiled.compile("S", after);
    return assertThatThrownBy(() -> new StateCodec(List.of(type)).decode(encoded, type))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE))
        .message()
        .doesNotContain("\n");
  }
}

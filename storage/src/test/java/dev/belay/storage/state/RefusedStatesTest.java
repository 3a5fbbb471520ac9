package dev.belay.storage.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.belay.storage.StoreException;
import dev.belay.storage.StoreException.Kind;
import dev.belay.storage.state.StateCodecTest.Base;
import dev.belay.storage.state.StateCodecTest.Color;
import dev.belay.storage.state.StateCodecTest.Point;
import dev.belay.storage.state.StateCodecTest.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** States that could not be restored as they are: refused at once, with the way out. */
class RefusedStatesTest {
  private final StateCodec codec =
      new StateCodec(List.of(State.class, Point.class, Color.class, int.class, String.class));

  private Object roundTrip(Object value) throws StoreException {
    return codec.decode(codec.encode(value), Object.class);
  }

  private void assertUnwritable(Object state, String message) {
    assertThatThrownBy(() -> codec.encode(state))
        .isInstanceOf(UnwritableStateException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  private static void assertRefused(Class<?> type, String message) {
    assertThatThrownBy(() -> new StateCodec(List.of(type)))
        .isInstanceOf(UnwritableStateException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aLambdaAsComparatorIsRefusedClearly() {
    TreeMap<String, Integer> map = new TreeMap<>((a, b) -> b.compareTo(a));
    assertUnwritable(map, "a lambda cannot be saved: use a named class");
  }

  @Test
  void anUnregisteredClassIsNamedWithItsFieldAndTheRemedy() {
    StateCodec narrow = new StateCodec(List.of(State.class));
    assertThatThrownBy(() -> narrow.encode(new State("s")))
        .isInstanceOf(UnwritableStateException.class)
        .hasMessage(
            "field State.point: "
                + Point.class.getName()
                + " is not registered: add "
                + Point.class.getCanonicalName()
                + ".class to the list that Job.stateTypes() returns");
  }

  static final class Node {
    @Nullable Object next;
  }

  @Test
  void aStateThatContainsItselfIsRefused() {
    StateCodec nodes = new StateCodec(List.of(Node.class));
    Node node = new Node();
    node.next = node;
    assertThatThrownBy(() -> nodes.encode(node))
        .isInstanceOf(UnwritableStateException.class)
        .hasMessageContaining("contains itself")
        .message()
        .doesNotContain("\n");
    List<Object> list = new ArrayList<>();
    list.add(list);
    assertUnwritable(list, "contains itself");
  }

  static class Shadowing extends Base {
    int flag;

    Shadowing() {
      super("");
    }
  }

  static class Extending extends HashMap<String, String> {
    private static final long serialVersionUID = 1;
  }

  class Inner {
    int outer = 1;
  }

  @Test
  void classesThatCouldNotBeRestoredAreRefusedAtOnce() {
    assertRefused(Shadowing.class, "has two fields named flag");
    assertRefused(Extending.class, "extends java.util.HashMap");
    assertRefused(Inner.class, "make it static");
    assertRefused(EnumMap.class, "use a HashMap or a TreeMap");
    assertRefused(Thread.class, "java.lang.Thread cannot be saved");
    assertRefused(new Object() {}.getClass(), "is an anonymous class");
  }

  @Test
  void jdkClassesThatCannotBeSavedAreRefusedWithTheWayOut() {
    assertUnwritable(Collections.unmodifiableList(new ArrayList<>()), "copy it into an ArrayList");
    assertUnwritable(new ArrayList<>(List.of(1, 2)).subList(0, 1), "copy it into an ArrayList");
    assertUnwritable(new Object(), "java.lang.Object cannot be saved");
    assertUnwritable(new EnumMap<>(Map.of(Color.RED, 1)), "use a HashMap or a TreeMap");
  }

  @Test
  void anotherClassThanAskedForIsIncompatible() {
    assertThatThrownBy(() -> codec.decode(codec.encode("text"), Point.class))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPATIBLE))
        .hasMessageContaining("java.lang.String")
        .hasMessageContaining(Point.class.getName());
  }

  @Test
  void theCodecGoesOnAfterAFailure() throws Exception {
    assertUnwritable(List.of(1, new Object()), "java.lang.Object");
    assertThat(roundTrip(List.of(1))).isEqualTo(List.of(1));
    assertThat(codec.encode(List.of(1)).types().getTypesCount()).isZero();
  }
}

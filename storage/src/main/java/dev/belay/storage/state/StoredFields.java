package dev.belay.storage.state;

import dev.belay.runtime.proto.StateField;
import dev.belay.runtime.proto.StateType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where each stored field goes in the type as it is now: by name; nowhere if it was dropped. */
final class StoredFields {
  private static final Logger log = LoggerFactory.getLogger(StoredFields.class);

  /**
   * A stored field.
   *
   * @param index of the own field, -1 if it was dropped
   */
  record Target(Slot.Form form, int index) {}

  private StoredFields() {}

  static List<Target> match(Class<?> type, List<Slot> own, StateType stored) {
    Map<String, Integer> indexes = new HashMap<>();
    for (int i = 0; i < own.size(); i++) {
      indexes.put(own.get(i).name(), i);
    }
    List<Target> targets = new ArrayList<>();
    for (StateField field : stored.getFieldsList()) {
      Slot.Form form = form(field);
      Integer index = indexes.get(field.getName());
      checkForm(type, field, index == null ? null : own.get(index));
      if (index == null) {
        log.warn(
            "the saved state has a field {}.{} that is no longer there: its value is dropped",
            type.getName(),
            field.getName());
      }
      targets.add(new Target(form, index == null ? -1 : index));
    }
    return targets;
  }

  private static Slot.Form form(StateField field) {
    for (Slot.Form form : Slot.Form.values()) {
      if (form.label().equals(field.getType())) {
        return form;
      }
    }
    throw UnreadableStateException.corrupt("a field of no known form in a state's table");
  }

  private static void checkForm(Class<?> type, StateField field, @Nullable Slot slot) {
    if (slot != null && !slot.form().label().equals(field.getType())) {
      throw UnreadableStateException.incompatible(
          "field "
              + type.getName()
              + "."
              + field.getName()
              + " was saved as "
              + field.getType()
              + " and is "
              + slot.form().label()
              + " now: give the new field another name");
    }
  }
}

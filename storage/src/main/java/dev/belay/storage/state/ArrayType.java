package dev.belay.storage.state;

import dev.belay.runtime.proto.StateType;

/** An array of objects. */
record ArrayType(Class<?> type) implements UserType {
  @Override
  public StateType describe(int id) {
    return StateType.newBuilder()
        .setId(id)
        .setName(type.getName())
        .setKind(StateType.Kind.ARRAY)
        .build();
  }

  @Override
  public StateSerializer<?> serializer(StateType stored) {
    checkKind(stored, StateType.Kind.ARRAY);
    return ArraySerializers.objects(type);
  }
}

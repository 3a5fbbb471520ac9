package dev.belay.jobs.ready;

/**
 * The arithmetic of numbers that have none of the factors 2, 3 and 5: of each 30 in a row these are
 * the 8 with one of the residues below, so that one byte, a bit each, speaks of 30 numbers.
 *
 * <p>Let p be such a number, with residue number a. Its multiples with a cofactor of residue number
 * k stand in the bit {@code MASK[a][k]}, and from there to the multiple with the next cofactor it
 * is {@code (p / 30) * GAP[k] + CARRY[a][k]} bytes; after 8 of those steps it is p bytes.
 */
final class Wheel {
  /** How many numbers a byte speaks of. */
  static final int NUMBERS = 30;

  static final int[] RESIDUES = {1, 7, 11, 13, 17, 19, 23, 29};

  /** From each residue to the next. */
  static final int[] GAP = {6, 4, 2, 4, 2, 4, 6, 2};

  /** The number of each residue that has one; otherwise that of the next one. */
  private static final int[] NUMBER = new int[NUMBERS];

  /** Indexed by {@code a * 8 + k}. */
  static final int[] MASK = new int[64];

  /** Indexed by {@code a * 8 + k}. */
  static final int[] CARRY = new int[64];

  static {
    for (int residue = 0, number = 0; residue < NUMBERS; residue++) {
      NUMBER[residue] = number;
      number += RESIDUES[number] == residue ? 1 : 0;
    }
    for (int a = 0; a < 8; a++) {
      for (int k = 0; k < 8; k++) {
        int product = RESIDUES[a] * RESIDUES[k] % NUMBERS;
        MASK[a * 8 + k] = 1 << NUMBER[product];
        CARRY[a * 8 + k] = (product + RESIDUES[a] * GAP[k]) / NUMBERS;
      }
    }
  }

  private Wheel() {}

  /** The number of the first residue that is not below {@code value % 30}. */
  static int number(long value) {
    return NUMBER[(int) (value % NUMBERS)];
  }

  /** The first number without these factors that is not below the given one. */
  static long ceiling(long value) {
    return value - value % NUMBERS + RESIDUES[number(value)];
  }
}

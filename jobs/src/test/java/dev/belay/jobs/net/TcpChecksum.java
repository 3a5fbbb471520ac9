package dev.belay.jobs.net;

/**
 * Fills in the checksum of a TCP packet. Virtual links leave it to a network card that never comes,
 * which is fine until a packet leaves the kernel and enters it again.
 */
final class TcpChecksum {
  private static final int ETHERNET = 14;
  private static final int TCP = 6;
  private static final int FIELD = 16;

  private TcpChecksum() {}

  /** Leaves alone what is not TCP over IPv4. */
  static void fill(byte[] bytes, int frame) {
    int ip = frame + ETHERNET;
    if (bytes.length < ip + 40 || word(bytes, frame + 12) != 0x0800 || bytes[ip + 9] != TCP) {
      return;
    }
    int tcp = ip + (bytes[ip] & 0xf) * 4;
    int end = Math.min(bytes.length, ip + word(bytes, ip + 2));
    if (end < tcp + FIELD + 2) {
      return;
    }
    bytes[tcp + FIELD] = 0;
    bytes[tcp + FIELD + 1] = 0;
    long sum = TCP + (end - tcp);
    for (int at = ip + 12; at < ip + 20; at += 2) {
      sum += word(bytes, at);
    }
    for (int at = tcp; at + 1 < end; at += 2) {
      sum += word(bytes, at);
    }
    if ((end - tcp) % 2 == 1) {
      sum += (bytes[end - 1] & 0xff) << 8;
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    int checksum = (int) ~sum & 0xffff;
    bytes[tcp + FIELD] = (byte) (checksum >> 8);
    bytes[tcp + FIELD + 1] = (byte) checksum;
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}

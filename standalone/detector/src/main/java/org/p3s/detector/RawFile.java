package org.p3s.detector;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The format of a raw file: the magic {@code P3SR}, then big-endian run and subrun (int), lifetime
 * in ms (double), number of planes, channels and ticks (int), the samples (short) by plane, channel
 * and tick, and the CRC-32 (int) of everything before it.
 */
final class RawFile {

  static final String PLANES = "UVC";
  private static final int MAGIC = 0x50335352;
  private static final int HEADER = 4 + 4 + 4 + 8 + 4 + 4 + 4;

  static byte[] encode(List<WirePlane> planes) {
    WirePlane first = planes.get(0);
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + planes.size() * first.channels() * first.ticks() * 2 + 4);
    out.putInt(MAGIC).putInt(first.run()).putInt(first.subrun()).putDouble(first.lifetime());
    out.putInt(planes.size()).putInt(first.channels()).putInt(first.ticks());
    for (WirePlane plane : planes) {
      for (short[] waveform : plane.adc()) {
        for (short sample : waveform) {
          out.putShort(sample);
        }
      }
    }
    out.putInt(crc(out.array(), out.position()));
    return out.array();
  }

  /**
   * The planes of a file.
   *
   * @throws IOException naming the byte at which the file is wrong
   */
  static List<WirePlane> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (in.getInt() != MAGIC) {
        throw new IOException(file + ": byte 0: this is not a raw file, the magic is wrong");
      }
      int run = in.getInt();
      int subrun = in.getInt();
      double lifetime = in.getDouble();
      int planes = in.getInt();
      int channels = in.getInt();
      int ticks = in.getInt();
      long whole = HEADER + (long) planes * channels * ticks * 2 + 4;
      if (bytes.length != whole) {
        throw new IOException(
            "%s: byte %d: the file ends, its header announces %d bytes"
                .formatted(file, bytes.length, whole));
      }
      int expected = in.getInt(bytes.length - 4);
      int actual = crc(bytes, bytes.length - 4);
      if (expected != actual) {
        throw new IOException(
            "%s: byte %d: checksum %08x expected, the data have %08x"
                .formatted(file, bytes.length - 4, expected, actual));
      }
      List<WirePlane> result = new ArrayList<>();
      for (int p = 0; p < planes; p++) {
        short[][] adc = new short[channels][ticks];
        for (short[] waveform : adc) {
          in.asShortBuffer().get(waveform);
          in.position(in.position() + 2 * ticks);
        }
        result.add(new WirePlane(PLANES.charAt(p), run, subrun, lifetime, adc));
      }
      return result;
    } catch (BufferUnderflowException e) {
      throw new IOException(file + ": byte " + bytes.length + ": the file ends in its header", e);
    }
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private RawFile() {}
}

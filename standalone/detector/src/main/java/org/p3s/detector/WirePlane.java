package org.p3s.detector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The waveforms of one wire plane.
 *
 * @param name U, V or C
 * @param lifetime electron lifetime in ms with which the plane was generated, for comparison
 * @param adc by channel and tick, 12 bit
 */
record WirePlane(char name, int run, int subrun, double lifetime, short[][] adc) {

  private static final int MAGIC = 0x50335331;
  private static final int HEADER = 4 + 2 + 4 + 4 + 8 + 4 + 4;

  int channels() {
    return adc.length;
  }

  int ticks() {
    return adc[0].length;
  }

  void write(Path file) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(HEADER + channels() * ticks() * 2);
    out.putInt(MAGIC).putChar(name).putInt(run).putInt(subrun).putDouble(lifetime);
    out.putInt(channels()).putInt(ticks());
    for (short[] waveform : adc) {
      for (short sample : waveform) {
        out.putShort(sample);
      }
    }
    Main.write(file, out.array());
  }

  static WirePlane read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
    if (in.remaining() < HEADER || in.getInt() != MAGIC) {
      throw new IOException(file + " is not a plane file");
    }
    char name = in.getChar();
    int run = in.getInt();
    int subrun = in.getInt();
    double lifetime = in.getDouble();
    short[][] adc = new short[in.getInt()][in.getInt()];
    for (short[] waveform : adc) {
      in.asShortBuffer().get(waveform);
      in.position(in.position() + 2 * waveform.length);
    }
    return new WirePlane(name, run, subrun, lifetime, adc);
  }
}

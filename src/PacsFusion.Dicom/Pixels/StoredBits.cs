using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>The bits of a sample that mean something: those above may be noise, an overlay, or a sign that stops short.</summary>
internal static class StoredBits
{
    /// <summary>Clears or sign-extends what lies above the stored bits; nothing where these do not begin at bit 0.</summary>
    /// <param name="samples">Little endian samples of 8 or 16 bits.</param>
    public static void Cut(Span<byte> samples, int bitsAllocated, int bitsStored, int highBit, bool isSigned)
    {
        var shift = bitsAllocated - bitsStored;
        if (shift == 0 || highBit != bitsStored - 1) return;
        switch (bitsAllocated)
        {
            case 16 when isSigned:
                foreach (ref var sample in MemoryMarshal.Cast<byte, short>(samples)) sample = (short)((short)(sample << shift) >> shift);
                break;
            case 16:
                foreach (ref var sample in MemoryMarshal.Cast<byte, ushort>(samples)) sample = (ushort)((ushort)(sample << shift) >> shift);
                break;
            case 8 when isSigned:
                foreach (ref var sample in MemoryMarshal.Cast<byte, sbyte>(samples)) sample = (sbyte)((sbyte)(sample << shift) >> shift);
                break;
            case 8:
                foreach (ref var sample in samples) sample = (byte)((byte)(sample << shift) >> shift);
                break;
        }
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>
/// Little endian samples to numbers: a shift left drops what lies above High Bit, a shift right drops what lies below
/// Bits Stored and extends the sign on the way.
/// </summary>
internal static class StoredValues
{
    public static void Widen(ReadOnlySpan<byte> bytes, Span<float> destination, PixelLayout layout)
    {
        if (layout.IsFloat)
        {
            if (layout.BitsAllocated == 32) MemoryMarshal.Cast<byte, float>(bytes)[..destination.Length].CopyTo(destination);
            else for (var i = 0; i < destination.Length; i++) destination[i] = (float)MemoryMarshal.Cast<byte, double>(bytes)[i];
            return;
        }
        var left = layout.ContainerBits - 1 - layout.HighBit;
        var right = layout.ContainerBits - layout.BitsStored;
        if (layout.BitsAllocated == 1) left = right = 0;
        switch (layout.ContainerBits)
        {
            case 16 when layout.IsSigned:
                Signed16(MemoryMarshal.Cast<byte, short>(bytes), destination, left, right);
                break;
            case 16:
                Unsigned16(MemoryMarshal.Cast<byte, ushort>(bytes), destination, left, right);
                break;
            case 8 when layout.IsSigned:
                for (var i = 0; i < destination.Length; i++) destination[i] = (sbyte)(bytes[i] << left) >> right;
                break;
            case 8:
                for (var i = 0; i < destination.Length; i++) destination[i] = (byte)(bytes[i] << left) >> right;
                break;
            case 32 when layout.IsSigned:
                var signed = MemoryMarshal.Cast<byte, int>(bytes);
                for (var i = 0; i < destination.Length; i++) destination[i] = signed[i] << left >> right;
                break;
            case 32:
                var unsigned = MemoryMarshal.Cast<byte, uint>(bytes);
                for (var i = 0; i < destination.Length; i++) destination[i] = unsigned[i] << left >> right;
                break;
            default:
                for (var i = 0; i < destination.Length; i++) destination[i] = bytes[i];
                break;
        }
    }

    private static void Signed16(ReadOnlySpan<short> values, Span<float> destination, int left, int right)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var target = MemoryMarshal.Cast<float, Vector<float>>(destination);
            var source = MemoryMarshal.Cast<short, Vector<short>>(values[..destination.Length]);
            for (var v = 0; v < source.Length; v++)
            {
                Vector.Widen(Vector.ShiftRightArithmetic(Vector.ShiftLeft(source[v], left), right), out var low, out var high);
                target[2 * v] = Vector.ConvertToSingle(low);
                target[2 * v + 1] = Vector.ConvertToSingle(high);
            }
            i = source.Length * Vector<short>.Count;
        }
        for (; i < destination.Length; i++) destination[i] = (short)(values[i] << left) >> right;
    }

    private static void Unsigned16(ReadOnlySpan<ushort> values, Span<float> destination, int left, int right)
    {
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var target = MemoryMarshal.Cast<float, Vector<float>>(destination);
            var source = MemoryMarshal.Cast<ushort, Vector<ushort>>(values[..destination.Length]);
            for (var v = 0; v < source.Length; v++)
            {
                Vector.Widen(Vector.ShiftRightLogical(Vector.ShiftLeft(source[v], left), right), out var low, out var high);
                // Below 2^31, so the signed conversion is right and has an instruction of its own.
                target[2 * v] = Vector.ConvertToSingle(Vector.AsVectorInt32(low));
                target[2 * v + 1] = Vector.ConvertToSingle(Vector.AsVectorInt32(high));
            }
            i = source.Length * Vector<ushort>.Count;
        }
        for (; i < destination.Length; i++) destination[i] = (ushort)(values[i] << left) >> right;
    }
}

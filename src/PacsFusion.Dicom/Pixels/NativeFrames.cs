using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>Uncompressed frames, one after the other (PS3.5 8.1, 8.2), in either byte order.</summary>
internal sealed class NativeFrames : FrameSource
{
    private readonly PixelLayout _layout;
    private readonly ElementSlot _slot;
    private readonly int _length;
    private readonly int _swapUnit;
    private readonly bool _isDirect;
    private readonly bool _isLong, _isShort;

    public NativeFrames(DicomDataset dataset, in DicomElement element, PixelLayout layout)
    {
        _layout = layout;
        _slot = element.Slot;
        _length = _slot.ValueLength;
        // Big endian OB is a run of bytes; OW a run of 16-bit words even where samples have 8 bits; 32-bit samples swap whole.
        _swapUnit = element.Slot.IsBigEndian ? ElementValues.SwapUnit(dataset, element.Slot) : 1;
        if (layout.StoredBits > _length * 8L)
            throw new DicomPixelException("pixel-data-short", "Pixel Data are shorter than the image that the header describes", DicomTag.PixelData);
        // Up to 2^39 bits a frame and 2^31 frames: more than 64 bits hold.
        var all = ((Int128)layout.StoredBits * layout.Frames + 7) / 8;
        // One byte more is the pad of an odd length.
        _isLong = _length > all + 1;
        _isShort = _length < all;
        _isDirect = _swapUnit == 1 && !layout.IsPlanar && !layout.IsSubsampled && !layout.IsPacked;
    }

    public override IReadOnlyList<string> Warnings => _isLong ? ["pixel-data-long"] : _isShort ? ["frames-fewer"] : [];

    public override bool TryGetLittleEndian(int frame, out ReadOnlySpan<byte> bytes)
    {
        if (_isDirect) CheckThere(frame);
        // What lies in a file is read into the caller's buffer and not kept.
        var there = _isDirect && _slot.InFile is null;
        bytes = there ? _slot.Value.Span.Slice(checked(frame * _layout.DecodedLength), _layout.DecodedLength) : default;
        return there;
    }

    public override void Decode(int frame, Span<byte> destination)
    {
        if (TryGetLittleEndian(frame, out var direct))
        {
            direct.CopyTo(destination);
            return;
        }
        CheckThere(frame);
        if (_isDirect && _slot.InFile is { } file)
        {
            file.Read((long)frame * _layout.DecodedLength, destination);
            return;
        }
        var firstBit = frame * _layout.StoredBits;
        if (_layout.IsPacked)
        {
            if (_layout.BitsAllocated == 1) UnpackBits(firstBit, destination);
            else UnpackTwelve(firstBit, destination);
            return;
        }
        var stored = _slot.Value.Slice((int)(firstBit / 8), (int)(_layout.StoredBits / 8)).Span;
        if (_swapUnit > 1) stored = Swapped(firstBit / 8, stored.Length);
        SampleOrder.Arrange(stored, destination, _layout);
    }

    private void CheckThere(int frame)
    {
        if (_isShort && (frame + (Int128)1) * _layout.StoredBits > (Int128)_length * 8)
            throw new DicomPixelException("frame-missing", "There are fewer frames than the header says", DicomTag.NumberOfFrames);
    }

    // Words may straddle frames of odd length, so they are swapped around the frame and then cut.
    private byte[] Swapped(long first, int length)
    {
        var start = (int)(first / _swapUnit * _swapUnit);
        var end = (int)Math.Min(_length, (first + length + _swapUnit - 1) / _swapUnit * _swapUnit);
        var copy = _slot.Value[start..end].ToArray();
        switch (_swapUnit)
        {
            case 2:
                var words = MemoryMarshal.Cast<byte, ushort>(copy.AsSpan());
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 4:
                var longs = MemoryMarshal.Cast<byte, uint>(copy.AsSpan());
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
            default:
                ElementValues.Swap(copy, _swapUnit);
                break;
        }
        return copy.AsSpan((int)first - start, length).ToArray();
    }

    // Least significant bits first: two samples in three bytes (PS3.5 annex D.1 of older editions).
    private void UnpackTwelve(long firstBit, Span<byte> destination)
    {
        var bytes = _slot.Value.Span;
        var swapped = _swapUnit == 2 ? 1 : 0;
        for (var i = 0; i < destination.Length / 2; i++)
        {
            var bit = firstBit + i * 12L;
            int low = bytes[(int)(bit >> 3) ^ swapped], high = bytes[(int)(bit >> 3) + 1 ^ swapped];
            var value = (bit & 4) == 0 ? low | (high & 0x0F) << 8 : low >> 4 | high << 4;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], (ushort)value);
        }
    }

    private void UnpackBits(long firstBit, Span<byte> destination)
    {
        var bytes = _slot.Value.Span;
        for (var i = 0; i < destination.Length; i++)
        {
            var bit = firstBit + i;
            var at = (int)(bit >> 3);
            // In big endian words the byte that holds pixels 0 to 7 comes second.
            if (_swapUnit == 2) at ^= 1;
            destination[i] = (byte)(bytes[at] >> (int)(bit & 7) & 1);
        }
    }
}

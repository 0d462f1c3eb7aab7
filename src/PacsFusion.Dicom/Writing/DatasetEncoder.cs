using System.IO.Compression;

namespace PacsFusion.Dicom;

/// <summary>
/// Data set to bytes. What was read in the same encoding and not changed is copied; everything else is written by the
/// rules: even lengths, 32-bit lengths where 16 bits do not suffice (as UN, CP-1066), ascending tags.
/// </summary>
internal static class DatasetEncoder
{
    private const uint Undefined = 0xFFFFFFFF;
    private const uint ItemTag = 0xFFFEE000, ItemDelimiter = 0xFFFEE00D, SequenceDelimiter = 0xFFFEE0DD;
    private const int LongestShortValue = 0xFFFE;

    public static byte[] ToArray(DicomDataset dataset, DicomTransferSyntax syntax)
    {
        var untouched = TryUntouched(dataset, syntax, out var same, out var tail);
        if (untouched && tail.InFile is null) return same.ToArray();
        if (syntax.IsDeflated)
        {
            using var stream = new MemoryStream();
            Write(stream, dataset, syntax);
            return stream.ToArray();
        }
        using var buffer = new EncodingBuffer(null);
        if (untouched && tail.InFile is { } value)
        {
            buffer.Write(same.Span);
            buffer.Write(tail.Raw.Span);
            buffer.Write(value);
        }
        else
        {
            WriteElements(buffer, dataset, syntax.Encoding);
        }
        return buffer.Written.ToArray();
    }

    public static void Write(Stream stream, DicomDataset dataset, DicomTransferSyntax syntax)
    {
        if (TryUntouched(dataset, syntax, out var same, out var tail))
        {
            stream.Write(same.Span);
            if (tail.InFile is not { } value) return;
            stream.Write(tail.Raw.Span);
            value.CopyTo(stream.Write);
            return;
        }
        if (syntax.IsDeflated)
        {
            var counter = new CountingStream(stream);
            using (var deflate = new DeflateStream(counter, CompressionLevel.Optimal, leaveOpen: true))
                WriteFlat(deflate, dataset, syntax.Encoding);
            // PS3.5 A.5: a stream of odd length is padded with one NUL.
            if ((counter.Count & 1) != 0) stream.WriteByte(0);
            return;
        }
        WriteFlat(stream, dataset, syntax.Encoding);
    }

    private static void WriteFlat(Stream stream, DicomDataset dataset, ElementEncoding encoding)
    {
        using var buffer = new EncodingBuffer(stream);
        WriteElements(buffer, dataset, encoding);
        buffer.Flush();
    }

    /// <param name="tail">The last element, where its value lies in a file and is not among the bytes.</param>
    private static bool TryUntouched(DicomDataset dataset, DicomTransferSyntax syntax, out ReadOnlyMemory<byte> bytes, out ElementSlot tail)
    {
        tail = dataset.Slots is [.., { InFile: not null } last] ? last : default;
        bytes = syntax.IsDeflated ? dataset.DeflatedSource : dataset.Source;
        return !dataset.IsModified && bytes.Length > 0 && dataset.SourceEncoding == syntax.Encoding;
    }

    private static void WriteElements(EncodingBuffer buffer, DicomDataset dataset, ElementEncoding encoding)
    {
        foreach (ref readonly var slot in dataset.Slots) WriteElement(buffer, dataset, slot, encoding);
    }

    private static void WriteElement(EncodingBuffer buffer, DicomDataset owner, in ElementSlot slot, ElementEncoding encoding)
    {
        if (slot.Encoding == encoding && !IsTouched(slot))
        {
            buffer.Write(slot.Raw.Span);
            if (slot.InFile is { } value) buffer.Write(value);
            return;
        }
        if (slot.Items is not null) WriteSequence(buffer, slot, encoding);
        else if (slot.IsUndefinedLength) WriteFragments(buffer, slot, encoding);
        else WriteValue(buffer, owner, slot, encoding);
    }

    private static bool IsTouched(in ElementSlot slot)
    {
        foreach (var item in slot.Items ?? [])
        {
            if (item.IsModified) return true;
        }
        return false;
    }

    private static void WriteValue(EncodingBuffer buffer, DicomDataset owner, in ElementSlot slot, ElementEncoding encoding)
    {
        var big = encoding == ElementEncoding.ExplicitBig;
        var value = slot.Value.Span;
        var length = value.Length + (value.Length & 1);
        var vr = slot.VR == DicomVR.None ? DicomVR.UN : slot.VR;
        var unit = ElementValues.SwapUnit(owner, slot);
        if (encoding != ElementEncoding.ImplicitLittle && !VrFacts.IsLongForm(vr) && length > LongestShortValue)
        {
            vr = DicomVR.UN;
            // UN is little endian wherever it stands: its reader takes it for implicit VR little endian.
            big = false;
        }
        WriteHeader(buffer, slot.Tag, vr, (uint)length, encoding);
        if (slot.IsBigEndian == big || unit == 1)
        {
            buffer.Write(value);
        }
        else
        {
            // The pad byte belongs to the last word, so it swaps with it.
            var swapped = new byte[length];
            value.CopyTo(swapped);
            ElementValues.Swap(swapped, unit);
            buffer.Write(swapped);
            return;
        }
        if ((value.Length & 1) != 0) buffer.Write([ValueEncoding.PadByte(slot.VR)]);
    }

    private static void WriteFragments(EncodingBuffer buffer, in ElementSlot slot, ElementEncoding encoding)
    {
        WriteHeader(buffer, slot.Tag, slot.VR == DicomVR.OW ? DicomVR.OB : slot.VR, Undefined, encoding);
        buffer.Write(slot.Value.Span);
        WriteDelimiter(buffer, SequenceDelimiter, encoding);
    }

    private static void WriteSequence(EncodingBuffer buffer, in ElementSlot slot, ElementEncoding encoding)
    {
        var big = encoding == ElementEncoding.ExplicitBig;
        // In implicit VR nothing but the undefined length says of an unknown tag that it is a sequence (CP-246).
        var undefined = slot.IsUndefinedLength || encoding == ElementEncoding.ImplicitLittle && DictionaryTables.LookUp(slot.DicomTag, out _) != DicomVR.SQ;
        var start = 0;
        if (undefined)
        {
            WriteHeader(buffer, slot.Tag, DicomVR.SQ, Undefined, encoding);
        }
        else
        {
            WriteHeader(buffer, slot.Tag, DicomVR.SQ, null, encoding);
            start = buffer.OpenLength();
        }
        foreach (var item in slot.Items!)
        {
            buffer.WriteTag(ItemTag, big);
            var untouched = !item.IsModified && item.SourceEncoding == encoding;
            if (item.ItemIsUndefined)
            {
                buffer.WriteUInt32(Undefined, big);
                WriteContent(item, untouched);
                WriteDelimiter(buffer, ItemDelimiter, encoding);
            }
            else
            {
                var itemStart = buffer.OpenLength();
                WriteContent(item, untouched);
                buffer.CloseLength(itemStart, big);
            }
        }
        if (undefined) WriteDelimiter(buffer, SequenceDelimiter, encoding);
        else buffer.CloseLength(start, big);

        void WriteContent(DicomDataset item, bool untouched)
        {
            if (untouched) buffer.Write(item.Source.Span);
            else WriteElements(buffer, item, encoding);
        }
    }

    private static void WriteDelimiter(EncodingBuffer buffer, uint tag, ElementEncoding encoding)
    {
        var big = encoding == ElementEncoding.ExplicitBig;
        buffer.WriteTag(tag, big);
        buffer.WriteUInt32(0, big);
    }

    /// <summary>Tag, representation and length; without a length, up to where it has to be filled in.</summary>
    private static void WriteHeader(EncodingBuffer buffer, uint tag, DicomVR vr, uint? length, ElementEncoding encoding)
    {
        var big = encoding == ElementEncoding.ExplicitBig;
        buffer.WriteTag(tag, big);
        if (encoding == ElementEncoding.ImplicitLittle)
        {
            if (length is { } implicitLength) buffer.WriteUInt32(implicitLength, big);
            return;
        }
        buffer.WriteUInt16((ushort)vr, bigEndian: true);
        if (VrFacts.IsLongForm(vr))
        {
            buffer.WriteUInt16(0, big);
            if (length is { } longLength) buffer.WriteUInt32(longLength, big);
        }
        else
        {
            buffer.WriteUInt16((ushort)length.GetValueOrDefault(), big);
        }
    }

    /// <summary>Counts what passes, since a deflate stream does not tell its length.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Count += buffer.Length;
            inner.Write(buffer);
        }
    }
}

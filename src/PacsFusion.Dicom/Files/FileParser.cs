using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>The bytes of a file to a <see cref="DicomFile"/>.</summary>
internal static class FileParser
{
    /// <summary>Parses a file that is all there.</summary>
    public static DicomFile Parse(ReadOnlyMemory<byte> bytes, DicomReadOptions options)
    {
        var span = bytes.Span;
        var warnings = new List<DicomReadWarning>();
        if (span.Length == 0) throw new DicomFormatException("file-empty", "The file is empty", null, 0);
        int metaStart;
        var preamble = ReadOnlyMemory<byte>.Empty;
        if (span.Length >= 132 && span.Slice(FileMeta10.PreambleLength, 4).SequenceEqual(FileMeta10.Prefix))
        {
            metaStart = 132;
            preamble = bytes[..FileMeta10.PreambleLength];
        }
        else if (span.StartsWith(FileMeta10.Prefix))
        {
            metaStart = 4;
            DatasetReader.Warn(options, warnings, new DicomReadWarning("preamble-missing", null, 0));
        }
        else if (options.MissingMeta == MissingMetaRule.Guess && span.Length >= 8 && BinaryPrimitives.ReadUInt16LittleEndian(span) == 2 && (VrFacts.Of(span[4], span[5]) & VrTraits.Known) != 0)
        {
            metaStart = 0;
            DatasetReader.Warn(options, warnings, new DicomReadWarning("prefix-missing", null, 0));
        }
        else
        {
            return WithoutMeta(bytes, options, warnings);
        }

        var metaEnd = FileMeta10.End(span, metaStart, isAll: true);
        if (metaEnd < 0) throw new DicomFormatException("meta-cut", "The meta information ends inside an element", null, metaStart);
        if (metaEnd == metaStart) throw new DicomFormatException("meta-missing", "There is no meta information", null, metaStart);
        var metaBytes = bytes[metaStart..metaEnd];
        var meta = DatasetParser.Parse(metaBytes, ElementEncoding.ExplicitLittle, options with { StopBefore = null }, metaStart, warnings);
        CheckGroupLength(meta, metaBytes.Length, options, warnings, metaStart);

        var data = bytes[metaEnd..];
        var uid = meta.GetString(DicomTag.TransferSyntaxUID);
        if (uid is null)
        {
            if (options.MissingMeta == MissingMetaRule.Refuse)
                throw new DicomFormatException("transfer-syntax-missing", "The meta information names no transfer syntax", DicomTag.TransferSyntaxUID, metaStart);
            return Guess(bytes, preamble, meta, metaEnd, options, warnings);
        }
        var syntax = DicomTransferSyntax.Find(uid);
        if (syntax is null)
        {
            syntax = DicomTransferSyntax.Unknown(uid);
            DatasetReader.Warn(options, warnings, new DicomReadWarning("transfer-syntax-unknown", DicomTag.TransferSyntaxUID, metaStart));
        }
        var dataset = DatasetReader.Read(data, syntax, options, metaEnd, warnings, out var actual);
        Check(meta, dataset, options, warnings, metaEnd);
        return new DicomFile(preamble, metaStart > 0, meta, dataset, actual, warnings);
    }

    /// <summary>Parses the beginning of a file as far as the options want it.</summary>
    /// <param name="bytes">The beginning of the file, in a rented array; nothing of it is kept.</param>
    /// <param name="length">How much of the array is the file's.</param>
    /// <param name="options">Limits and tolerances, with a stop.</param>
    /// <param name="file">The file, where the result is true.</param>
    /// <returns>False where the bytes do not reach the stop, or only the whole file can tell.</returns>
    public static bool TryParseHeader(byte[] bytes, int length, DicomReadOptions options, out DicomFile? file)
    {
        file = null;
        if (options.StopBefore is not { } stop || stop > DicomTag.PixelData) return false;
        DicomFile found;
        try
        {
            found = Parse(bytes.AsMemory(0, length), options with { Truncation = TruncationRule.Refuse, OnWarning = null });
        }
        catch (DicomFormatException)
        {
            // The cut, or a real fault: the whole file decides.
            return false;
        }
        if (!found.Dataset.StoppedEarly) return false;
        file = found.MovedTo(bytes);
        foreach (var warning in found.Warnings) options.OnWarning?.Invoke(warning);
        return true;
    }

    /// <summary>Parses a file up to uncompressed pixel data that end it, and leaves these where they are.</summary>
    /// <param name="bytes">The beginning of the file, in a rented array; nothing of it is kept.</param>
    /// <param name="length">How much of the array is the file's.</param>
    /// <param name="identity">The file.</param>
    /// <param name="options">Limits and tolerances, without a stop.</param>
    /// <param name="file">The file, where the result is true.</param>
    /// <returns>False where only the whole file can tell.</returns>
    public static bool TryParseAround(byte[] bytes, int length, FileIdentity identity, DicomReadOptions options, out DicomFile? file)
    {
        file = null;
        DicomFile found;
        try
        {
            found = Parse(bytes.AsMemory(0, length), options with { StopBefore = DicomTag.PixelData, Truncation = TruncationRule.Refuse, OnWarning = null });
        }
        catch (DicomFormatException)
        {
            // The cut, or a real fault: the whole file decides.
            return false;
        }
        if (!found.Dataset.StoppedEarly || found.TransferSyntax.IsEncapsulated || found.TransferSyntax.IsDeflated) return false;
        if (!MemoryMarshal.TryGetArray(found.Dataset.Source, out var read)) return false;
        var start = read.Offset + read.Count;
        if (!TryPixelHeader(bytes.AsSpan(0, length), start, found.Dataset.SourceEncoding, out var slot)) return false;
        if (slot.ValueLength < options.LeaveInFile || start + slot.HeaderLength + (long)slot.ValueLength != identity.Length) return false;
        slot.InFile = new FileValue(identity, start + slot.HeaderLength, slot.ValueLength);
        file = found.MovedTo(bytes);
        file.Dataset.AppendRead(slot);
        foreach (var warning in found.Warnings) options.OnWarning?.Invoke(warning);
        return true;
    }

    private static bool TryPixelHeader(ReadOnlySpan<byte> bytes, int start, ElementEncoding encoding, out ElementSlot slot)
    {
        slot = default;
        var isImplicit = encoding == ElementEncoding.ImplicitLittle;
        var big = encoding == ElementEncoding.ExplicitBig;
        var headerLength = isImplicit ? 8 : 12;
        if (bytes.Length - start < headerLength) return false;
        var header = bytes.Slice(start, headerLength);
        ReadOnlySpan<byte> tag = big ? [0x7F, 0xE0, 0x00, 0x10] : [0xE0, 0x7F, 0x10, 0x00];
        var vr = isImplicit ? DictionaryTables.LookUp(DicomTag.PixelData, out _) : (DicomVR)(header[4] << 8 | header[5]);
        var length = big ? BinaryPrimitives.ReadUInt32BigEndian(header[^4..]) : BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]);
        if (!header.StartsWith(tag) || vr is not (DicomVR.OB or DicomVR.OW) || length > int.MaxValue || (length & 1) != 0) return false;
        slot = new ElementSlot
        {
            Tag = DicomTag.PixelData.Value,
            VR = vr,
            Encoding = encoding,
            HeaderLength = (byte)headerLength,
            Flags = big ? SlotFlags.BigEndianValue : SlotFlags.None,
            Raw = header.ToArray(),
            ValueLength = (int)length,
        };
        return true;
    }

    private static DicomFile WithoutMeta(ReadOnlyMemory<byte> bytes, DicomReadOptions options, List<DicomReadWarning> warnings)
    {
        if (options.MissingMeta == MissingMetaRule.Refuse)
            throw new DicomFormatException("not-dicom", "There is neither a DICM prefix nor meta information", null, 0);
        return Guess(bytes, default, new DicomDataset(), 0, options, warnings);
    }

    private static DicomFile Guess(
        ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> preamble, DicomDataset meta, int metaEnd, DicomReadOptions options, List<DicomReadWarning> warnings)
    {
        var data = bytes[metaEnd..];
        var syntax = SyntaxProbe.Of(data.Span) switch
        {
            ElementEncoding.ImplicitLittle => DicomTransferSyntax.ImplicitVRLittleEndian,
            ElementEncoding.ExplicitLittle => DicomTransferSyntax.ExplicitVRLittleEndian,
            ElementEncoding.ExplicitBig => DicomTransferSyntax.ExplicitVRBigEndian,
            // Meta information without a syntax says at least that a data set follows: the default syntax (PS3.5 10.1).
            _ when metaEnd > 0 => DicomTransferSyntax.ImplicitVRLittleEndian,
            _ => throw new DicomFormatException("not-dicom", "The bytes do not begin like a data set", null, metaEnd),
        };
        DatasetReader.Warn(options, warnings, new DicomReadWarning("transfer-syntax-guessed", null, metaEnd));
        var dataset = DatasetReader.Read(data, syntax, options, metaEnd, warnings, out var actual);
        return new DicomFile(preamble, metaEnd > 0, meta, dataset, actual, warnings);
    }

    private static void CheckGroupLength(DicomDataset meta, int length, DicomReadOptions options, List<DicomReadWarning> warnings, int start)
    {
        // Tag, representation, length and value of the group length itself are 12 bytes.
        if (meta.GetInt(DicomTag.FileMetaInformationGroupLength) is not { } declared || declared != length - 12)
            DatasetReader.Warn(options, warnings, new DicomReadWarning("meta-length-wrong", DicomTag.FileMetaInformationGroupLength, start));
    }

    private static void Check(DicomDataset meta, DicomDataset dataset, DicomReadOptions options, List<DicomReadWarning> warnings, int offset)
    {
        var slots = dataset.Slots;
        if (slots.Length > 0 && slots[0].Tag >> 16 < 8)
            DatasetReader.Warn(options, warnings, new DicomReadWarning("group-not-allowed", slots[0].DicomTag, offset));
        var declared = meta.GetString(DicomTag.MediaStorageSOPInstanceUID);
        var actual = dataset.GetString(DicomTag.SOPInstanceUID);
        if (declared is not null && actual is not null && !string.Equals(declared, actual, StringComparison.Ordinal))
            DatasetReader.Warn(options, warnings, new DicomReadWarning("sop-instance-mismatch", DicomTag.SOPInstanceUID, offset));
    }
}

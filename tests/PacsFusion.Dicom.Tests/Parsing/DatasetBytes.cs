using System.Buffers.Binary;
using System.Text;

namespace PacsFusion.Dicom.Tests;

/// <summary>Writes data sets byte by byte, apart from the code under test, in every form of lengths.</summary>
internal sealed class DatasetBytes(DicomTransferSyntax syntax)
{
    private const uint Undefined = 0xFFFFFFFF;
    private static readonly string[] LongForms = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"];

    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    public DatasetBytes Element(uint tag, string vr, params ReadOnlySpan<byte> value)
    {
        Header(tag, vr, (uint)value.Length);
        _bytes.Write(value);
        return this;
    }

    public DatasetBytes Text(uint tag, string vr, string value) =>
        Element(tag, vr, Encoding.Latin1.GetBytes(value.Length % 2 == 0 ? value : value + (vr == "UI" ? "\0" : " ")));

    public DatasetBytes Number(uint tag, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        Write16(bytes, value);
        return Element(tag, "US", bytes);
    }

    public DatasetBytes Sequence(uint tag, bool undefined, params (byte[] Content, bool Undefined)[] items) => Sequence(tag, "SQ", undefined, items);

    public DatasetBytes Sequence(uint tag, string vr, bool undefined, params (byte[] Content, bool Undefined)[] items)
    {
        var content = new DatasetBytes(syntax);
        foreach (var (bytes, open) in items)
        {
            content.Delimiter(0xFFFEE000, open ? Undefined : (uint)bytes.Length);
            content.Raw(bytes);
            if (open) content.Delimiter(0xFFFEE00D, 0);
        }
        Header(tag, vr, undefined ? Undefined : (uint)content._bytes.Length);
        Raw(content.ToArray());
        if (undefined) Delimiter(0xFFFEE0DD, 0);
        return this;
    }

    public DatasetBytes Fragments(uint tag, byte[] offsets, params byte[][] fragments)
    {
        Header(tag, "OB", Undefined);
        Delimiter(0xFFFEE000, (uint)offsets.Length).Raw(offsets);
        foreach (var fragment in fragments) Delimiter(0xFFFEE000, (uint)fragment.Length).Raw(fragment);
        return Delimiter(0xFFFEE0DD, 0);
    }

    public DatasetBytes Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public DatasetBytes Header(uint tag, string vr, uint length)
    {
        WriteTag(tag);
        Span<byte> number = stackalloc byte[4];
        if (!syntax.IsExplicitVR)
        {
            Write32(number, length);
            _bytes.Write(number);
            return this;
        }
        _bytes.Write(Encoding.ASCII.GetBytes(vr));
        if (LongForms.Contains(vr))
        {
            _bytes.Write([0, 0]);
            Write32(number, length);
            _bytes.Write(number);
        }
        else
        {
            Write16(number, (ushort)length);
            _bytes.Write(number[..2]);
        }
        return this;
    }

    public DatasetBytes Delimiter(uint tag, uint length)
    {
        WriteTag(tag);
        Span<byte> number = stackalloc byte[4];
        Write32(number, length);
        _bytes.Write(number);
        return this;
    }

    private void WriteTag(uint tag)
    {
        Span<byte> number = stackalloc byte[4];
        Write16(number, (ushort)(tag >> 16));
        Write16(number[2..], (ushort)tag);
        _bytes.Write(number);
    }

    private void Write16(Span<byte> at, ushort value)
    {
        if (syntax.IsBigEndian) BinaryPrimitives.WriteUInt16BigEndian(at, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(at, value);
    }

    private void Write32(Span<byte> at, uint value)
    {
        if (syntax.IsBigEndian) BinaryPrimitives.WriteUInt32BigEndian(at, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(at, value);
    }
}

namespace PacsFusion.Fusion.Internal;

/// <summary>What an ONNX file says of itself that the runtime does not tell: its operator sets (ModelProto, field 8).</summary>
internal static class OnnxFile
{
    private const int OpsetImport = 8, Domain = 1, Version = 2;

    /// <summary>Operator sets by domain; the standard one is "". Null where the bytes are no such message.</summary>
    public static Dictionary<string, long>? Opsets(ReadOnlySpan<byte> file)
    {
        var opsets = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!file.IsEmpty)
        {
            if (!TryField(ref file, out var field, out _, out var content)) return null;
            if (field != OpsetImport) continue;
            var domain = "";
            long version = 0;
            while (!content.IsEmpty)
            {
                if (!TryField(ref content, out var inner, out var number, out var text)) return null;
                if (inner == Domain) domain = System.Text.Encoding.UTF8.GetString(text);
                if (inner == Version) version = number;
            }
            opsets[domain == "ai.onnx" ? "" : domain] = version;
        }
        return opsets;
    }

    private static bool TryField(ref ReadOnlySpan<byte> bytes, out int field, out long number, out ReadOnlySpan<byte> content)
    {
        (field, number) = (0, 0);
        content = default;
        if (!TryVarint(ref bytes, out var key)) return false;
        field = (int)(key >> 3);
        switch (key & 7)
        {
            case 0:
                return TryVarint(ref bytes, out number);
            case 1:
                return TryTake(ref bytes, 8, out _);
            case 2:
                return TryVarint(ref bytes, out var length) && TryTake(ref bytes, length, out content);
            case 5:
                return TryTake(ref bytes, 4, out _);
            default:
                return false;
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> bytes, long length, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (length < 0 || length > bytes.Length) return false;
        content = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (long)(bytes[i] & 127) << (7 * i);
            if (bytes[i] > 127) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }
        return false;
    }
}

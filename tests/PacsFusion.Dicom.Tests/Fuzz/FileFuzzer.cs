using System.Text.Json;

namespace PacsFusion.Dicom.Tests;

/// <summary>
/// Damages files byte by byte and does with each what can be done with a file. Blind, not guided by coverage; the same seed
/// gives the same inputs.
/// </summary>
internal sealed class FileFuzzer(IReadOnlyList<byte[]> files, IFrameCodecs? codecs, int seed)
{
    private static readonly byte[][] Words =
    [
        [0xFE, 0xFF, 0x00, 0xE0], [0xFE, 0xFF, 0x0D, 0xE0], [0xFE, 0xFF, 0xDD, 0xE0], [0xE0, 0x7F, 0x10, 0x00], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0],
        [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], "SQ\0\0"u8.ToArray(), "UN\0\0"u8.ToArray(), "OB\0\0"u8.ToArray(), [0xFF, 0xD8, 0xFF, 0xC3], [0xFF, 0x4F, 0xFF, 0x51], [0x28, 0, 0x10, 0],
    ];

    private readonly Random _random = new(seed);

    /// <summary>The most bytes that one way of use allocated so far.</summary>
    public long MostAllocated { get; private set; }

    /// <summary>The next damaged file.</summary>
    public byte[] Next()
    {
        var bytes = (byte[])files[_random.Next(files.Count)].Clone();
        for (var i = _random.Next(1, 9); i > 0 && bytes.Length > 8; i--) bytes = Damage(bytes);
        return bytes;
    }

    /// <summary>Everything that a program does with a file from outside.</summary>
    /// <returns>How many of the ways came to their end.</returns>
    /// <exception cref="Exception">Anything but a <see cref="DicomException"/> is a defect.</exception>
    public int Use(byte[] bytes)
    {
        DicomFile? file = null;
        var rule = (TruncationRule)(bytes.Length % 3);
        var done = Try(() => file = DicomFile.Parse(bytes, new DicomReadOptions { Truncation = rule, MissingMeta = MissingMetaRule.Guess }));
        if (file is null) return done;
        done += Try(() => Walk(file.FileMeta));
        done += Try(() => Walk(file.Dataset));
        done += Try(() => file.Write(Stream.Null));
        done += Try(() =>
        {
            using var json = JsonDocument.Parse(DicomJson.Write(file.Dataset), new JsonDocumentOptions { MaxDepth = 1000 });
            DicomJson.Read(json.RootElement, _ => default);
        });
        done += Try(() => file.Dataset.Clone().Set(DicomTag.PatientName, "山田^太郎").WriteTo(Stream.Null, DicomTransferSyntax.ImplicitVRLittleEndian));
        using var session = codecs?.OpenSession();
        done += Try(() =>
        {
            var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax, session);
            var last = pixels.DecodeFrame(pixels.NumberOfFrames - 1);
            if (last.Length != pixels.FrameLength) throw new InvalidOperationException("A frame has another length than it was said to have.");
            if (pixels.SamplesPerPixel == 1 && last.Length < 8 << 20) pixels.ReadStoredValues(0, new float[pixels.Rows * pixels.Columns]);
            var mask = new byte[pixels.Rows * pixels.Columns];
            foreach (var overlay in DicomOverlay.ReadAll(file.Dataset)) overlay.Draw(pixels, 0, mask);
        });
        done += Try(() => DicomPalette.Read(file.Dataset));
        done += Try(() => DicomTranscoder.Transcode(file, DicomTransferSyntax.RleLossless, codecs));
        return done;
    }

    private int Try(Action way)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            way();
            return 1;
        }
        catch (DicomException)
        {
            // The only way out that is allowed.
            return 0;
        }
        finally
        {
            MostAllocated = Math.Max(MostAllocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private byte[] Damage(byte[] bytes)
    {
        var at = _random.Next(bytes.Length);
        // Headers are where parsers go wrong, and most of a file is pixels.
        if (_random.Next(2) == 0) at %= Math.Min(bytes.Length, 2048);
        var length = Math.Min(_random.Next(1, 64), bytes.Length - at);
        switch (_random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 2:
            case 3:
                var word = Words[_random.Next(Words.Length)];
                word.AsSpan(0, Math.Min(word.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                return bytes;
            case 4:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 5:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 6:
                var other = files[_random.Next(files.Count)];
                return [.. bytes[..at], .. other[_random.Next(other.Length)..]];
            case 7:
                return bytes[..Math.Max(8, at)];
            default:
                bytes.AsSpan(at, length).Fill((byte)(_random.Next(2) * 255));
                return bytes;
        }
    }

    private static void Walk(DicomDataset dataset)
    {
        foreach (var element in dataset)
        {
            element.GetString();
            element.GetStrings();
            element.GetDoubles();
            element.GetInts();
            element.GetBytes();
            foreach (var item in element.Items) Walk(item);
        }
    }
}

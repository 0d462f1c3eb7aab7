using System.Text.Json;
using PacsFusion.Dicom.Codecs;

namespace PacsFusion.Dicom.Tests;

/// <summary>A short run of what scripts/fuzz does for as long as one likes, and the inputs that take most memory for their size.</summary>
public class FuzzTests
{
    private const int LargestFile = 12_000;

    [Fact]
    public void DamagedFilesGiveDicomExceptionsAndNothingElse()
    {
        var files = OddFiles.All().Select(o => OddFiles.Bytes(o.Name)).Where(b => b.Length is > 140 and < LargestFile).ToList();
        var fuzzer = new FileFuzzer(files, null, seed: 20261124);
        var done = 0;
        for (var i = 0; i < 1500; i++) done += fuzzer.Use(fuzzer.Next());
        Assert.True(done > 1500);
    }

    [Fact]
    public void DamagedFramesGiveDicomExceptionsInTheSandboxToo()
    {
        var options = new CodecModuleOptions { CacheFolder = Path.Combine(Path.GetTempPath(), $"pacsfusion-codecs-{Environment.UserName}"), FrameDeadline = TimeSpan.FromSeconds(1) };
        Assert.SkipUnless(File.Exists(options.ModulePath), "the codec module is not here; scripts/setup restores it with npm");
        using var module = CodecModule.Open(options);
        var files = OddFiles.All().Where(o => o.TransferSyntax?.StartsWith("1.2.840.10008.1.2.4.", StringComparison.Ordinal) == true)
            .Select(o => OddFiles.Bytes(o.Name)).Where(b => b.Length < LargestFile).ToList();
        var fuzzer = new FileFuzzer(files, module, seed: 14);
        var done = 0;
        for (var i = 0; i < 150; i++) done += fuzzer.Use(fuzzer.Next());
        Assert.True(done > 150);
    }

    [Fact]
    public void DamagedJsonGivesDicomExceptionsAndNothingElse()
    {
        string[] words = ["\"vr\"", "\"SQ\"", "\"US\"", "\"OB\"", "\"AT\"", "\"PN\"", "\"DS\"", "\"Value\"", "\"InlineBinary\"", "\"BulkDataURI\"", "null", "[", "]", "{", "}", "\"\\ud800\"", "1e999", "-1", "\"00081140\"", "\"00080005\"", "true", "\"=\"", "99999999999999999999"];
        var random = new Random(20261124);
        var texts = OddFiles.All().Select(o => OddFiles.Bytes(o.Name)).Where(b => b.Length is > 140 and < LargestFile).Select(Json).OfType<string>().ToList();
        int read = 0, refused = 0;
        for (var i = 0; i < 6000; i++)
        {
            var text = texts[random.Next(texts.Count)];
            for (var n = random.Next(1, 5); n > 0; n--)
            {
                // A token of JSON for another one, at the place of a quoted word or a number.
                var at = random.Next(text.Length);
                var start = text.IndexOfAny(['"', '[', '{', ':', ','], at);
                if (start < 0) continue;
                var end = text[start] == '"' ? text.IndexOf('"', start + 1) + 1 : start + 1;
                if (end > start) text = text[..start] + words[random.Next(words.Length)] + text[end..];
            }
            try
            {
                using var json = JsonDocument.Parse(text);
                var dataset = DicomJson.Read(json.RootElement, random.Next(2) == 0 ? null : _ => new byte[3]);
                dataset.Encode(DicomTransferSyntax.ExplicitVRBigEndian);
                DicomJson.Write(dataset);
                read++;
            }
            catch (Exception refusal) when (refusal is DicomException or JsonException)
            {
                refused++;
            }
        }
        Assert.True(read > 100 && refused > 1000, $"{read} read, {refused} refused");

        static string? Json(byte[] bytes)
        {
            try
            {
                return DicomJson.Write(DicomFile.Parse(bytes).Dataset);
            }
            catch (DicomException)
            {
                return null;
            }
        }
    }

    /// <summary>Ten megabytes of the smallest things there are: elements, items, nested items, a bomb of zeros.</summary>
    [Theory]
    [InlineData("elements")]
    [InlineData("elements in disorder")]
    [InlineData("items")]
    [InlineData("sequences")]
    [InlineData("zeros")]
    [InlineData("few zeros")]
    public void TheWorstTenMegabytesTakeLittleMoreThanAHundred(string kind)
    {
        const int Length = 10_000_000, Most = 100_000_000;
        var syntax = kind.EndsWith("zeros", StringComparison.Ordinal) ? DicomTransferSyntax.DeflatedExplicitVRLittleEndian : DicomTransferSyntax.ImplicitVRLittleEndian;
        // Just below the limit of what may come out, zeros are elements without value.
        var bytes = kind switch { "zeros" => Deflated(Length * 100L), "few zeros" => Deflated(45L << 20), _ => Small(kind, Length) };
        // Two times: what the pools keep is not this input's.
        long used = 0;
        for (var i = 0; i < 2; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(Record.Exception(() => DicomDataset.Parse(bytes, syntax)) is null or DicomException);
            used = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.True(used < Most + Length, $"{used} bytes");
    }

    private static byte[] Small(string kind, int length)
    {
        var bytes = new byte[length];
        var sequence = kind is "items" or "sequences";
        for (var i = 0; i + 8 <= length; i += 8)
        {
            uint tag = kind switch
            {
                "elements" => 0x0009_0000u + (uint)(i / 8),
                "elements in disorder" => 0x0900_0000u - (uint)(i / 8),
                "items" when i == 0 => 0x0008_1140,
                "items" => 0xFFFE_E000,
                _ => i / 8 % 2 == 0 ? 0x0008_1140u : 0xFFFE_E000,
            };
            BitConverter.TryWriteBytes(bytes.AsSpan(i), tag << 16 | tag >> 16);
            if (kind == "sequences" || sequence && i == 0) BitConverter.TryWriteBytes(bytes.AsSpan(i + 4), uint.MaxValue);
        }
        return bytes;
    }

    private static byte[] Deflated(long zeros)
    {
        using var stream = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[1 << 20];
            for (long i = 0; i < zeros; i += block.Length) deflate.Write(block);
        }
        return stream.ToArray();
    }
}

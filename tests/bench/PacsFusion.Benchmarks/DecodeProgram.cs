using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;

namespace PacsFusion.Benchmarks;

/// <summary>Decodes the first frame of each file and prints milliseconds, from file to pixels, one list for each file.</summary>
internal static class DecodeProgram
{
    public static int Run(string rounds, string[] files)
    {
        using var module = CodecModule.Open(new CodecModuleOptions { CacheFolder = Path.Combine(Path.GetTempPath(), $"pacsfusion-codecs-{Environment.UserName}"), FrameDeadline = TimeSpan.FromSeconds(60) });
        using var session = module.OpenSession();
        var all = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var path in files)
        {
            var buffer = Array.Empty<byte>();
            for (var i = 0; i < 3; i++) buffer = Decode(path, session, buffer);
            var times = new double[int.Parse(rounds, CultureInfo.InvariantCulture)];
            for (var i = 0; i < times.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                buffer = Decode(path, session, buffer);
                times[i] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
            }
            all[Path.GetFileNameWithoutExtension(path)] = times;
        }
        Console.WriteLine(JsonSerializer.Serialize(all));
        return 0;
    }

    /// <summary>Makes the frames that no peer can write.</summary>
    public static int Transcode(string input, string output, string syntax)
    {
        using var module = CodecModule.Open();
        DicomTranscoder.Transcode(DicomFile.Read(input), DicomTransferSyntax.Find(syntax)!, module).Write(output);
        return 0;
    }

    private static byte[] Decode(string path, IFrameCodecSession session, byte[] buffer)
    {
        var file = DicomFile.Read(path);
        var pixels = DicomPixelData.Open(file.Dataset, file.TransferSyntax, session);
        if (buffer.Length < pixels.FrameLength) buffer = new byte[pixels.FrameLength];
        pixels.DecodeFrame(0, buffer);
        return buffer;
    }
}

using System.Diagnostics;
using System.Text.Json;
using PacsFusion.Tests;

namespace PacsFusion.Fusion.Tests;

public sealed class FusionMetricsTests
{
    private const int Columns = 75, Rows = 61;

    [Fact]
    public void A_copy_of_two_equal_sources_is_perfect_where_a_metric_has_a_bound()
    {
        var image = Textured(7);
        var m = FusionMetrics.Measure(image, image, image, Columns, Rows);
        Assert.Equal(1, m.SSIM, 9);
        Assert.Equal(2, m.SSIMSum, 9);
        Assert.Equal(2, m.VIF, 6);
        Assert.Equal(1, m.CP, 9);
        Assert.Equal(0, m.CX, 9);
        Assert.Equal(1, m.CC, 9);
        Assert.Equal(100, m.PSNR);
        Assert.Equal(0, m.OOR);
        Assert.True(m.Qabf > 0.97);
    }

    [Fact]
    public void A_dirty_background_and_values_beyond_the_sources_are_counted()
    {
        byte[] a = new byte[Columns * Rows], b = new byte[Columns * Rows], f = new byte[Columns * Rows];
        a.AsSpan(0, 500).Fill(100);
        b.AsSpan(0, 500).Fill(50);
        f.AsSpan(0, 500).Fill(110);
        f[^1] = 9;
        var m = FusionMetrics.Measure(f, a, b, Columns, Rows);
        Assert.Equal(9, m.BG);
        Assert.Equal((500 * 10 + 9) / (double)f.Length, m.OOR, 9);
    }

    [Fact]
    public void Swapping_the_sources_changes_nothing()
    {
        byte[] a = Textured(1), b = Textured(2), f = Textured(3);
        var first = FusionMetrics.Measure(f, a, b, Columns, Rows).Enumerate().ToArray();
        var second = FusionMetrics.Measure(f, b, a, Columns, Rows).Enumerate().ToArray();
        Assert.All(first.Zip(second), p => Assert.Equal(p.First.Value, p.Second.Value, 9));
    }

    [Fact]
    public void A_size_that_leaves_nothing_of_the_coarsest_scale_is_refused() =>
        Assert.Throws<ArgumentException>(() => FusionMetrics.Measure(new byte[40 * 40], new byte[40 * 40], new byte[40 * 40], 40, 40));

    [Fact]
    public async Task Every_metric_agrees_with_the_reference_evaluator()
    {
        var evaluator = SharedData.Require("fusion", "evaluate.py");
        var harvard = SharedData.Require("data", "harvard");
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), "python3 is not here");
        var folder = Directory.CreateTempSubdirectory("fusion-metrics-").FullName;
        try
        {
            Dictionary<string, (PngImage A, PngImage B)> pairs = [];
            foreach (var sub in (string[])["A", "B", "F"]) Directory.CreateDirectory(Path.Combine(folder, sub));
            foreach (var kind in (string[])["CT-MRI", "PET-MRI"])
            {
                var file = Directory.GetFiles(Path.Combine(harvard, kind, "A"), "*.png").Order(StringComparer.Ordinal).First();
                var name = kind + ".png";
                PngImage a = PngReader.Read(file), b = PngReader.Read(Path.Combine(harvard, kind, "B", Path.GetFileName(file)));
                File.Copy(file, Path.Combine(folder, "A", name));
                PngWriter.Write(Path.Combine(folder, "B", name), b);
                PngWriter.Write(Path.Combine(folder, "F", name), new PngImage(a.Columns, a.Rows, 1, Pyramid(a, b)));
                pairs[kind] = (a, b);
            }
            var start = new ProcessStartInfo(python, [evaluator, "--pairs", folder, "--fused", Path.Combine(folder, "F"), "--json", "--per-image"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            // Python must not write its cache beside the read-only evidence.
            start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.SkipWhen((await errors).Contains("ModuleNotFoundError", StringComparison.Ordinal), "numpy or scipy is not here");
            Assert.Equal(0, process.ExitCode);
            var images = JsonDocument.Parse(text).RootElement.GetProperty("kinds").EnumerateObject().Single().Value.GetProperty("images");
            foreach (var (kind, (a, b)) in pairs)
            {
                var fused = PngReader.Read(Path.Combine(folder, "F", kind + ".png")).ToLuminance();
                foreach (var (key, value) in FusionMetrics.Measure(fused, a.ToLuminance(), b.ToLuminance(), a.Columns, a.Rows).Enumerate())
                    Assert.True(Math.Abs(value - images.GetProperty(kind).GetProperty(key).GetDouble()) < 1e-3, $"{kind} {key}: {value}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Pyramid(PngImage a, PngImage b)
    {
        using var model = PixelModels.Create("laplacian-pyramid")!;
        return Images.Fuse(model, a.ToLuminance(), b.ToLuminance(), a.Columns, a.Rows);
    }

    private static byte[] Textured(int seed) => Images.Blobs(Columns, Rows, seed);
}

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

    [Theory]
    [InlineData(17, 17, "")]
    [InlineData(40, 25, "")]
    [InlineData(16, 60, "VIF")]
    [InlineData(6, 6, "SSIM SSIM_min SSIM_sum VIF")]
    [InlineData(1, 9, "AG SF SSIM SSIM_min SSIM_sum VIF")]
    [InlineData(1, 1, "AG SF SSIM SSIM_min SSIM_sum VIF")]
    public void A_small_image_has_every_figure_or_the_reason_why_not(int columns, int rows, string undefined)
    {
        byte[] a = Images.Blobs(columns, rows, 1), b = Images.Blobs(columns, rows, 2);
        var m = FusionMetrics.Measure(a, a, b, columns, rows);
        Assert.Equal(undefined, string.Join(' ', m.Undefined.Keys.Order(StringComparer.Ordinal)));
        Assert.All(m.Enumerate(), entry => Assert.Equal(m.Undefined.ContainsKey(entry.Key), !double.IsFinite(entry.Value)));
        Assert.All(m.Undefined, entry => Assert.Contains($"{columns} x {rows}", entry.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void An_image_without_pixels_or_of_another_size_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FusionMetrics.Measure([], [], [], 0, 5));
        Assert.Throws<ArgumentException>(() => FusionMetrics.Measure(new byte[6], new byte[6], new byte[5], 3, 2));
    }

    [Fact]
    public void A_mean_leaves_out_images_that_are_too_small_and_says_so_only_where_none_is_left()
    {
        FusionMetricValues small = Of(8), large = Of(48);
        var both = FusionMetricValues.MeanOf([small, large]);
        Assert.Equal(large.VIF, both.VIF);
        Assert.Equal((small.EN + large.EN) / 2, both.EN, 12);
        Assert.Empty(both.Undefined);
        var alone = FusionMetricValues.MeanOf([small, small]);
        Assert.True(double.IsNaN(alone.VIF));
        Assert.Equal(["VIF"], alone.Undefined.Keys);

        static FusionMetricValues Of(int side) =>
            FusionMetrics.Measure(Images.Blobs(side, side, 3), Images.Blobs(side, side, 3), Images.Blobs(side, side, 4), side, side);
    }

    // Values of an independent float64 computation on the same three ramps.
    [Theory]
    [InlineData("EN", 4.69924665)]
    [InlineData("SD", 64.92548800)]
    [InlineData("SF", 31.28942839)]
    [InlineData("AG", 5.47281384)]
    [InlineData("MI", 3.14184685)]
    [InlineData("NCIE", 0.81535466)]
    [InlineData("SCD", 0.26993524)]
    [InlineData("CC", 0.87298028)]
    [InlineData("PSNR", 15.34877913)]
    [InlineData("PSNR255", 17.76843656)]
    [InlineData("VIF", 0.54940276)]
    [InlineData("Qabf", 0.52091296)]
    [InlineData("SSIM_sum", 1.31579341)]
    [InlineData("SSIM", 0.70094950)]
    [InlineData("SSIM_min", 0.70007571)]
    [InlineData("CP", 0.77836454)]
    [InlineData("CX", 0.14575876)]
    [InlineData("OOR", 10.55562842)]
    [InlineData("BG", 0.00000000)]
    public void Known_images_have_known_figures(string key, double expected)
    {
        var m = FusionMetrics.Measure(Ramp(3, 1), Ramp(1, 3), Ramp(2, 2), Columns, Rows);
        Assert.Equal(expected, m.Enumerate().Single(entry => entry.Key == key).Value, 6);
    }

    private static byte[] Ramp(int across, int down)
    {
        var image = new byte[Columns * Rows];
        for (var i = 0; i < image.Length; i++)
        {
            int x = i % Columns, y = i / Columns;
            image[i] = (byte)((x - 37) * (x - 37) + (y - 30) * (y - 30) > 28 * 28 ? 0 : 40 + across * x % 97 + down * y % 61);
        }
        return image;
    }

    [Fact]
    public async Task Every_metric_agrees_with_the_reference_evaluator()
    {
        var evaluator = SharedData.Require("fusion", "evaluate.py");
        var harvard = SharedData.Require("data", "harvard");
        var python = Python.Require("numpy", "scipy", "PIL");
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
            Assert.True(process.ExitCode == 0, await errors);
            var images = JsonDocument.Parse(text).RootElement.GetProperty("kinds").EnumerateObject().Single().Value.GetProperty("images");
            foreach (var (kind, (a, b)) in pairs)
            {
                var fused = PngReader.Read(Path.Combine(folder, "F", kind + ".png")).ToLuminance();
                foreach (var (key, value) in FusionMetrics.Measure(fused, a.ToLuminance(), b.ToLuminance(), a.Columns, a.Rows).Enumerate())
                    Assert.True(Math.Abs(value - images.GetProperty(kind).GetProperty(key).GetDouble()) < 1e-5, $"{kind} {key}: {value}");
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

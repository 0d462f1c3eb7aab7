using System.Globalization;
using PacsFusion.Imaging;
using PacsFusion.Tests;

namespace PacsFusion.Interop.Tests;

/// <summary>Our NIfTI volumes as ITK reads them, asked through plastimatch, which prints places as DICOM counts them (LPS).</summary>
public sealed class NiftiReaders
{
    [Fact]
    public async Task ItkFindsAnObliqueVolumeWhereWePutIt()
    {
        var program = ChildProcess.Require("plastimatch");
        var turn = Affine.Rigid(0.3, -0.2, 0.5, Vector3d.Zero, Vector3d.Zero);
        var map = Affine.FromColumns(turn.Transform(new(1.5, 0, 0)), turn.Transform(new(0, 2, 0)), turn.Transform(new(0, 0, 3)), new(-40, 17, 300));
        using var volume = new Volume(new VolumeGrid(6, 5, 4, map, null), VoxelUnit.Arbitrary);
        volume.Voxels.Span.Clear();
        var path = Path.Combine(Path.GetTempPath(), $"nifti-{Environment.ProcessId}.nii");
        try
        {
            NiftiWriter.Write(path, volume);

            var (exit, output, error) = await ChildProcess.RunAsync(program, ["header", path]);

            Assert.True(exit == 0, error);
            Near([-40, 17, 300], Numbers(output, "Origin"));
            Near([6, 5, 4], Numbers(output, "Size"));
            Near([1.5, 2, 3], Numbers(output, "Spacing"));
            Vector3d x = map.ColumnX.Normalized(), y = map.ColumnY.Normalized(), z = map.ColumnZ.Normalized();
            Near([x.X, y.X, z.X, x.Y, y.Y, z.Y, x.Z, y.Z, z.Z], Numbers(output, "Direction"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-4);
    }

    private static double[] Numbers(string output, string name) =>
        [.. output.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split('=')[1]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
}

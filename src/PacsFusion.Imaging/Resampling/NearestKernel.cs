namespace PacsFusion.Imaging;

/// <summary>The nearest moving voxel along an arbitrary affine map, ties upwards.</summary>
internal sealed unsafe class NearestKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill)
    : GeneralKernel(source, fixedGrid, map, fill)
{
    protected override int Row(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int count)
    {
        var covered = 0;
        for (var t = 0; t < count; t++)
        {
            int x = (int)(At(line.X, line.StepX, t, Width) + 0.5f), y = (int)(At(line.Y, line.StepY, t, Height) + 0.5f), z = (int)(At(line.Z, line.StepZ, t, Depth) + 0.5f);
            var at = z * Pitch + y * Width + x;
            if (sourceMask is null || sourceMask[at] != 0)
            {
                row[t] = source[at];
                covered++;
            }
            else
            {
                row[t] = Fill;
                mask[t] = 0;
            }
        }
        return covered;
    }
}

using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion.Tests;

public sealed class DeviceMemoryTests
{
    private const int Columns = 500, Rows = 420;

    [Fact]
    public void Where_a_device_has_no_memory_for_a_tile_smaller_ones_are_taken_and_kept_to()
    {
        using var device = new SmallDevice(largest: 200 * 200);
        using var model = new OnnxFusionModel(Info, device);
        float[] a = Images.ToFloat(Images.Blobs(Columns, Rows, 1)), b = Images.ToFloat(Images.Blobs(Columns, Rows, 2));
        for (var slice = 0; slice < 2; slice++)
        {
            float[] fused = new float[a.Length], weight = new float[a.Length];
            model.Fuse(new FusionSlice(a, b, Columns, Rows, slice), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
            Assert.Equal(a.Zip(b, Math.Max), fused);
        }
        // Once refused, never tried again.
        Assert.Equal(1, device.Refused);
    }

    [Fact]
    public void Where_the_smallest_tile_is_too_large_it_is_said()
    {
        using var device = new SmallDevice(largest: 50);
        using var model = new OnnxFusionModel(Info, device);
        float[] a = Images.ToFloat(Images.Blobs(Columns, Rows, 1)), fused = new float[a.Length];
        Assert.Throws<FusionDeviceMemoryException>(() => model.Fuse(new FusionSlice(a, a, Columns, Rows), new FusionOutput(fused, default), TestContext.Current.CancellationToken));
        Assert.Equal(3, device.Refused);
    }

    [Theory]
    [InlineData("[ErrorCode:RuntimeException] ... CUDA failure 2: out of memory ; GPU=0", true)]
    [InlineData("Failed to allocate memory for requested buffer of size 1073741824", true)]
    [InlineData("CUDNN_STATUS_ALLOC_FAILED", true)]
    [InlineData("Non-zero status code returned while running Conv node", false)]
    public void Words_of_the_runtime_that_mean_memory_are_known(string message, bool memory) => Assert.Equal(memory, OrtNetworkRun.IsOutOfMemory(message));

    [Fact]
    public void The_box_around_the_body_gives_what_the_whole_image_gives()
    {
        using var model = ModelCatalog.Open(ModelFolder.Shipped).Load(ModelCatalog.Default, new InferenceOptions()).Value;
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(Path.Combine(ModelFolder.Shipped, "pacsfusion-cnn.onnx"));
        using var whole = new OrtNetworkRun("whole", "cpu", session);
        const int columns = 231, rows = 190, left = 61, top = 43, side = 90;
        float[] a = new float[columns * rows], b = new float[a.Length];
        float[] innerA = Images.ToFloat(Images.Blobs(side, side, 5)), innerB = Images.ToFloat(Images.Blobs(side, side, 6));
        for (var y = 0; y < side; y++)
        {
            innerA.AsSpan(y * side, side).CopyTo(a.AsSpan((top + y) * columns + left));
            innerB.AsSpan(y * side, side).CopyTo(b.AsSpan((top + y) * columns + left));
        }
        float[] fused = new float[a.Length], weight = new float[a.Length], expected = new float[a.Length], expectedWeight = new float[a.Length];
        model.Fuse(new FusionSlice(a, b, columns, rows), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        whole.Run(a, b, expected, expectedWeight, columns, rows, TestContext.Current.CancellationToken);
        Assert.True(TilePlan.Cover(new FusionSlice(a, b, columns, rows), 4f / 255).Sum(tile => tile.Seen.Columns * tile.Seen.Rows) < 0.5 * a.Length);
        for (var i = 0; i < a.Length; i++)
        {
            Assert.Equal(a[i] == 0 && b[i] == 0 ? 0 : expected[i], fused[i], 1e-5);
            if (a[i] > 0 || b[i] > 0) Assert.Equal(expectedWeight[i], weight[i], 1e-5);
        }
    }

    private static FusionModelInfo Info { get; } = new("net", "1", new string('a', 64), "cnn", FusionLevel.Feature, "cuda");

    private sealed class SmallDevice(int largest) : INetworkRun
    {
        public int Refused { get; private set; }

        public bool HasWeight => true;

        public void Run(float[] a, float[] b, float[] fused, float[] weight, int columns, int rows, CancellationToken cancellationToken)
        {
            if (columns * rows > largest)
            {
                Refused++;
                throw new FusionDeviceMemoryException("no memory", new InvalidOperationException("no memory"));
            }
            for (var i = 0; i < columns * rows; i++) (fused[i], weight[i]) = (Math.Max(a[i], b[i]), a[i] >= b[i] ? 1 : 0);
        }

        public void Dispose()
        {
        }
    }
}

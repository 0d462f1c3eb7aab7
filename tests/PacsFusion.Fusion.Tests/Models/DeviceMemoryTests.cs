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

    [Theory]
    [InlineData(float.NaN, 0.5f)]
    [InlineData(float.PositiveInfinity, 0.5f)]
    [InlineData(0.5f, float.NaN)]
    public void A_network_that_gives_no_numbers_is_an_error_and_never_a_black_pixel(float fused, float weight)
    {
        using var model = new OnnxFusionModel(Info, new Constant(fused, weight));
        float[] a = Images.ToFloat(Images.Blobs(64, 64, 1)), result = new float[a.Length], share = new float[a.Length];
        var fault = Assert.Throws<FusionRuntimeException>(() => model.Fuse(new FusionSlice(a, a, 64, 64, 6), new FusionOutput(result, share), TestContext.Current.CancellationToken));
        Assert.Contains("net", fault.Message, StringComparison.Ordinal);
        Assert.Contains("slice 7", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_network_gives_beyond_0_to_1_is_held_there_its_weights_too()
    {
        using var model = new OnnxFusionModel(Info, new Constant(255, -3));
        float[] a = Images.ToFloat(Images.Blobs(64, 64, 1)), fused = new float[a.Length], weight = new float[a.Length];
        model.Fuse(new FusionSlice(a, a, 64, 64), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        for (var i = 0; i < a.Length; i++)
        {
            Assert.InRange(weight[i], 0, 1);
            if (a[i] > 4f / 255) Assert.Equal((1f, 0f), (fused[i], weight[i]));
            if (a[i] == 0) Assert.Equal(0, fused[i]);
        }
    }

    [Theory]
    [InlineData("[ErrorCode:RuntimeException] /src/bridge.cc:2167 Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library lib.so with error: libcublasLt.so.12: cannot open shared object file: No such file or directory\n", "libcublasLt.so.12: cannot open shared object file: No such file or directory.")]
    [InlineData("CUDA failure 100: no CUDA-capable device is detected", "CUDA failure 100: no CUDA-capable device is detected.")]
    public void Why_a_provider_is_passed_over_is_one_clear_statement(string message, string expected) => Assert.Equal(expected, OnnxModelLoader.Statement(message));

    [Fact]
    public void A_network_that_looks_at_the_whole_image_is_told_from_a_local_one_and_shown_whole_slices()
    {
        using var local = new SmallDevice(largest: int.MaxValue);
        Assert.True(OnnxModelLoader.IsLocal(local));
        using (var shipped = ModelCatalog.Open(ModelFolder.Shipped).Load(ModelCatalog.Default, new InferenceOptions()).Value)
            Assert.True(OnnxModelLoader.IsLocal(((OnnxFusionModel)shipped).Network));
        using var mean = new MeanOfImage();
        Assert.False(OnnxModelLoader.IsLocal(mean));
        using var model = new OnnxFusionModel(Info, mean, isLocal: false);
        var a = new float[Columns * Rows];
        a[^1] = 1;
        float[] fused = new float[a.Length], weight = new float[a.Length];
        model.Fuse(new FusionSlice(a, a, Columns, Rows), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        Assert.Equal(1f / a.Length, fused[^1], 1e-9);
        Assert.Equal(0, fused[0]);
        Assert.True(model.WorkingBytes(2000, 2000) > 3 * model.WorkingBytes(1000, 1000));
    }

    [Theory]
    [InlineData(8, 100_000, 250, 8)]
    [InlineData(8, 1_600, 250, 3)]
    [InlineData(8, 400, 250, 1)]
    [InlineData(8, -5, 250, 1)]
    [InlineData(0, 100_000, 250, 1)]
    public void Fewer_slices_are_at_work_where_memory_is_short(int processors, long freeMegabytes, long megabytesPerWorker, int expected) =>
        Assert.Equal(expected, WorkerCount.Automatic(processors, freeMegabytes << 20, megabytesPerWorker << 20));

    [Fact]
    public void A_network_says_how_much_memory_a_slice_takes_and_no_more_for_larger_images_than_for_a_tile()
    {
        using var model = new OnnxFusionModel(Info, new Constant(0, 0));
        Assert.InRange(model.WorkingBytes(512, 512), 100L << 20, 400L << 20);
        Assert.Equal(model.WorkingBytes(512, 512), model.WorkingBytes(4096, 4096));
        Assert.True(model.WorkingBytes(128, 128) < model.WorkingBytes(512, 512) / 4);
        Assert.True(WorkerCount.FreeMemory() > 0);
    }

    private static FusionModelInfo Info { get; } = new("net", "1", new string('a', 64), "cnn", FusionLevel.Feature, "cuda");

    private sealed class MeanOfImage : INetworkRun
    {
        public bool HasWeight => true;

        public void Run(float[] a, float[] b, float[] fused, float[] weight, int columns, int rows, CancellationToken cancellationToken)
        {
            fused.AsSpan(0, columns * rows).Fill(a.AsSpan(0, columns * rows).ToArray().Average());
            weight.AsSpan(0, columns * rows).Fill(0.5f);
        }

        public void Dispose()
        {
        }
    }

    private sealed class Constant(float fusedValue, float weightValue) : INetworkRun
    {
        public bool HasWeight => true;

        public void Run(float[] a, float[] b, float[] fused, float[] weight, int columns, int rows, CancellationToken cancellationToken)
        {
            fused.AsSpan(0, columns * rows).Fill(fusedValue);
            weight.AsSpan(0, columns * rows).Fill(weightValue);
        }

        public void Dispose()
        {
        }
    }

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

using FsCheck.Xunit;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

public sealed class DisplayWindowTests
{
    [Theory]
    [InlineData("soft-tissue", WindowKind.Hounsfield, -160, 240)]
    [InlineData("Lung", WindowKind.Hounsfield, -1350, 150)]
    [InlineData("-160..240", WindowKind.Value, -160, 240)]
    [InlineData("SUV 0..10", WindowKind.Suv, 0, 10)]
    [InlineData("suv0 .. 7.5", WindowKind.Suv, 0, 7.5)]
    [InlineData("p0.5..p99.7", WindowKind.Percentile, 0.5, 99.7)]
    public void Every_form_is_read(string text, WindowKind kind, double low, double high)
    {
        var window = DisplayWindow.Parse(text).Value;
        Assert.Equal((kind, low, high), (window.Kind, window.Low, window.High));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soft tissue")]
    [InlineData("10..0")]
    [InlineData("5..5")]
    [InlineData("SUV -1..10")]
    [InlineData("SUV ten..20")]
    [InlineData("p-1..p99")]
    [InlineData("p1..p101")]
    [InlineData("p1..99")]
    [InlineData("1e400..2")]
    [InlineData("0...10")]
    public void Anything_else_is_refused_with_a_code(string text) =>
        Assert.Equal(FusionReasons.WindowNotUnderstood, DisplayWindow.Parse(text).Refusal?.Code);

    [Property]
    public void No_text_throws(string? text) => DisplayWindow.Parse(text ?? "").TryGet(out _, out _);

    [Fact]
    public void Units_must_fit_the_values()
    {
        using var pet = Volumes.Of(VoxelUnit.BecquerelPerMillilitre, 8, 8, 2, (x, _, _) => x);
        Assert.Equal(FusionReasons.WindowNeedsSuv, DisplayWindow.Parse("SUV 0..10").Value.Resolve(pet).Refusal?.Code);
        Assert.Equal(FusionReasons.WindowNeedsHounsfield, DisplayWindow.Parse("bone").Value.Resolve(pet).Refusal?.Code);
        using var flat = Volumes.Of(VoxelUnit.Arbitrary, 8, 8, 2, (_, _, _) => 5);
        Assert.Equal(FusionReasons.WindowHasNoRange, DisplayWindow.Parse("p1..p99").Value.Resolve(flat).Refusal?.Code);
    }

    [Fact]
    public void Percentiles_leave_out_the_background_at_the_minimum()
    {
        using var mr = Volumes.Of(VoxelUnit.Arbitrary, 101, 10, 2, (x, y, _) => y < 5 ? 0 : x);
        var window = DisplayWindow.Parse("p0..p50").Value.Resolve(mr).Value;
        Assert.Equal(1, window.Low);
        Assert.Equal(50.5, window.High, 0.6);
    }

    [Fact]
    public void Values_are_scaled_and_limited_and_no_number_becomes_black()
    {
        var target = new float[5];
        new ResolvedWindow(DisplayWindow.Parse("0..10").Value, 0, 10).Apply([-1, 0, 5, 20, float.NaN], target);
        Assert.Equal([0, 0, 0.5f, 1, 0], target);
    }
}

using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion.Tests;

public sealed class ColourTests
{
    [Theory]
    [InlineData("hot-iron")]
    [InlineData("dusk")]
    [InlineData("grey")]
    public void Lightness_never_falls_and_runs_from_black_to_white(string name)
    {
        Assert.True(ColourMap.TryFind(name, out var map));
        var last = -1.0;
        for (var i = 0; i < 256; i++)
        {
            var (r, g, b) = map[(byte)i];
            var lightness = PerceptualColour.Lightness(r, g, b);
            Assert.True(lightness >= last, $"{name} falls at {i}");
            last = lightness;
        }
        Assert.Equal((0, 0, 0), map[0]);
        Assert.Equal((255, 255, 255), map[255]);
    }

    [Fact]
    public void Hot_iron_has_the_entries_of_the_standard()
    {
        var map = ColourMap.HotIron;
        Assert.Equal((2, 0, 0), map[1]);
        Assert.Equal((254, 0, 0), map[127]);
        Assert.Equal((255, 0, 0), map[128]);
        Assert.Equal((255, 2, 0), map[129]);
        Assert.Equal((255, 126, 0), map[191]);
        Assert.Equal((255, 128, 4), map[192]);
        Assert.Equal((255, 252, 252), map[254]);
        Assert.Equal("1.2.840.10008.1.5.1", map.PaletteUid);
    }

    [Fact]
    public void Equal_steps_of_dusk_are_equal_steps_of_lightness()
    {
        for (var i = 0; i < 256; i++)
        {
            var (r, g, b) = ColourMap.Dusk[(byte)i];
            Assert.Equal(100.0 * i / 255, PerceptualColour.Lightness(r, g, b), 0.3);
        }
    }

    [Theory]
    [InlineData("hot-iron")]
    [InlineData("dusk")]
    public void Luminance_is_exactly_the_fusions_for_every_value_and_level(string name)
    {
        Assert.True(ColourMap.TryFind(name, out var map));
        var blend = new ColourBlend(map);
        byte[] luminance = [.. Enumerable.Range(0, 256).Select(i => (byte)i)], value = new byte[256], rgb = new byte[768];
        for (var v = 0; v < 256; v++)
        {
            Array.Fill(value, (byte)v);
            blend.Apply(luminance, value, rgb);
            for (var i = 0; i < 256; i++)
                Assert.Equal(i, ColourBlend.Luminance(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]));
        }
    }

    [Fact]
    public void The_map_of_shares_has_equally_light_ends_that_differ_in_blue_and_yellow()
    {
        var map = ColourMap.Share;
        for (var i = 0; i < 128; i++)
        {
            var (r, g, b) = map[(byte)i];
            var (r2, g2, b2) = map[(byte)(255 - i)];
            Assert.Equal(PerceptualColour.Lightness(r, g, b), PerceptualColour.Lightness(r2, g2, b2), 0.8);
        }
        // Red-green blindness keeps the difference of blue against the mean of red and green.
        static double Blueness((byte Red, byte Green, byte Blue) c) => c.Blue - (c.Red + c.Green) / 2.0;
        Assert.True(Blueness(map[0]) < -70 && Blueness(map[255]) > 70, $"{map[0]} {map[255]}");
        Assert.True(Math.Abs(Blueness(map[127])) < 12 && map[127].Green > 220);
    }

    [Fact]
    public void Middle_uptake_is_coloured_and_none_is_grey()
    {
        var blend = new ColourBlend(ColourMap.HotIron);
        var rgb = new byte[6];
        blend.Apply([120, 120], [127, 0], rgb);
        Assert.True(rgb[0] - rgb[2] > 100);
        Assert.Equal([120, 120, 120], rgb[3..]);
    }
}

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

    [Theory]
    [InlineData("hot-iron", "8bba464199e149c18cf501e8174289abf693e5af4a7db4c1602ad48dd4338dda")]
    [InlineData("pet", "bc03f513531e405c3535f0e0d42ab86fb4d7df84fc02f2cd96e75c364b460145")]
    [InlineData("hot-metal-blue", "a421277b84abae409188b25c2fba742ad459dc30356a4aebd37ceb33a94718f9")]
    [InlineData("pet-20-step", "6f4f77ec9646ab6c536f1abe9e755ab548dfd0a4e71c4bfe130be2bd355c54ac")]
    public void The_palettes_of_the_standard_have_its_very_entries(string name, string sha256)
    {
        // SHA-256 of the 768 bytes of the tables of PS3.6 annex B.
        Assert.True(ColourMap.TryFind(name, out var map));
        Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(map.Rgb)));
        Assert.StartsWith("1.2.840.10008.1.5.", map.PaletteUid, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pet", 14.1)]
    [InlineData("hot-metal-blue", 1.7)]
    public void The_smooth_palettes_fall_in_lightness_by_little_and_only_the_stepped_one_is_uneven(string name, double most)
    {
        Assert.True(ColourMap.TryFind(name, out var map));
        var falls = Falls(map);
        Assert.True(falls.Sum() < most && falls.Max() < 0.7, $"{falls.Sum()} {falls.Max()}");
        Assert.False(map.IsUneven);
        Assert.True(ColourMap.Pet20Step.IsUneven && Falls(ColourMap.Pet20Step).Max() > 20);

        static double[] Falls(ColourMap map) =>
            [.. Enumerable.Range(1, 255).Select(i => Math.Max(0, Lightness(map[(byte)(i - 1)]) - Lightness(map[(byte)i])))];

        static double Lightness((byte Red, byte Green, byte Blue) c) => PerceptualColour.Lightness(c.Red, c.Green, c.Blue);
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
    [InlineData("pet")]
    [InlineData("hot-metal-blue")]
    [InlineData("pet-20-step")]
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
    public void An_overlay_is_the_mixture_of_grey_and_colour()
    {
        var rgb = new byte[6];
        ColourBlend.Overlay(ColourMap.HotIron, [100, 100], [127, 0], 0.25, rgb);
        Assert.Equal([139, 75, 75, 75, 75, 75], rgb);
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

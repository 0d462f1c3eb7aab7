using System.Globalization;

namespace PacsFusion.Dicom.Tests;

/// <summary>Values at the limits of their representations (PS3.5 6.2), in every uncompressed encoding.</summary>
public class ValueTests
{
    private static readonly DicomTransferSyntax[] Syntaxes =
        [DicomTransferSyntax.ImplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRBigEndian, DicomTransferSyntax.DeflatedExplicitVRLittleEndian];

    private static DicomTag Private(int element) => new(0x0009, (ushort)(0x1000 + element));

    [Theory]
    [InlineData(DicomVR.US, "0", "65535", "-1", "65536", "1.5")]
    [InlineData(DicomVR.SS, "-32768", "32767", "-32769", "32768", "0.1")]
    [InlineData(DicomVR.UL, "0", "4294967295", "-1", "4294967296", "x")]
    [InlineData(DicomVR.SL, "-2147483648", "2147483647", "-2147483649", "2147483648", "")]
    [InlineData(DicomVR.UV, "0", "18446744073709551615", "-1", "18446744073709551616", "1.5")]
    [InlineData(DicomVR.SV, "-9223372036854775808", "9223372036854775807", "-9223372036854775809", "9223372036854775808", "1e3")]
    public void WholeNumbersReachTheirLimitsExactlyAndNoFurther(DicomVR vr, string lowest, string highest, params string[] wrong)
    {
        var dataset = new DicomDataset().Set(Private(1), vr, lowest, highest);
        foreach (var syntax in Syntaxes.Where(s => s.IsExplicitVR))
            Assert.Equal([lowest, highest], DicomDataset.Parse(dataset.Encode(syntax), syntax).GetStrings(Private(1)));
        foreach (var value in wrong)
            Assert.Equal("value-not-representable", Assert.Throws<DicomException>(() => dataset.Set(Private(1), vr, value)).Code);
        Assert.Equal([lowest, highest], dataset.GetStrings(Private(1)));
    }

    [Fact]
    public void LongWordsOfSixtyFourBitsAreExactAndSwap()
    {
        var dataset = new DicomDataset().Set(Private(1), DicomVR.OV, "18446744073709551615", "1");
        foreach (var syntax in Syntaxes.Where(s => s.IsExplicitVR))
        {
            var bytes = DicomDataset.Parse(dataset.Encode(syntax), syntax).GetBytes(Private(1)).Span;
            Assert.Equal((ulong.MaxValue, 1UL), (BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[8..])));
        }
    }

    [Fact]
    public void AnOddNumberOfBytesInWordsKeepsItsLastOneWhereBytesSwap()
    {
        var dataset = new DicomDataset().SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[] { 1, 2, 3 });
        var bytes = dataset.Encode(DicomTransferSyntax.ExplicitVRBigEndian);
        Assert.Equal([2, 1, 0, 3], bytes[^4..]);
        Assert.Equal([1, 2, 3, 0], DicomDataset.Parse(bytes, DicomTransferSyntax.ExplicitVRBigEndian).GetBytes(DicomTag.PixelData).ToArray());
    }

    [Theory]
    [InlineData("0.123456789012345678901", 0.123456789012345678901)]
    [InlineData(" 1.5 ", 1.5)]
    [InlineData("+2", 2.0)]
    [InlineData("1E3", 1000.0)]
    [InlineData("1e-3", 0.001)]
    [InlineData(".5", 0.5)]
    [InlineData("5.", 5.0)]
    [InlineData("1,5", null)]
    [InlineData("1 5", null)]
    [InlineData("0x10", null)]
    [InlineData("1e999", null)]
    [InlineData("Infinity", null)]
    [InlineData("", null)]
    public void DecimalStringsAreNumbersWhateverTheirLengthAndKeepTheirText(string text, double? value)
    {
        var bytes = new DatasetBytes(DicomTransferSyntax.ExplicitVRLittleEndian).Text(DicomTag.SliceThickness.Value, "DS", text).ToArray();
        var dataset = DicomDataset.Parse(bytes, DicomTransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal(value, dataset.GetDouble(DicomTag.SliceThickness));
        Assert.Equal(text.Trim() is { Length: > 0 } kept ? kept : null, dataset.GetString(DicomTag.SliceThickness));
        Assert.Equal(bytes, dataset.Clone().Set(DicomTag.Rows, 1).CopyFrom(dataset, DicomTag.SliceThickness).Encode(DicomTransferSyntax.ExplicitVRLittleEndian)[..bytes.Length]);
    }

    [Theory]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("7.0", 7)]
    [InlineData("+12 ", 12)]
    [InlineData("2147483648", null)]
    [InlineData("-2147483649", null)]
    [InlineData("7.5", null)]
    [InlineData("1A", null)]
    [InlineData("", null)]
    public void IntegerStringsAreWholeNumbersInRangeOrNothing(string text, int? value)
    {
        var dataset = new DicomDataset().SetBytes(DicomTag.InstanceNumber, DicomVR.IS, System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(value, dataset.GetInt(DicomTag.InstanceNumber));
        Assert.Equal(value is { } v ? [v] : [], dataset.GetInts(DicomTag.InstanceNumber));
    }

    [Fact]
    public void ValuesThatAreSetAsNumbersAreWholeWhereTheyHaveToBe()
    {
        var dataset = new DicomDataset().Set(DicomTag.InstanceNumber, int.MinValue);
        Assert.Equal("-2147483648", dataset.GetString(DicomTag.InstanceNumber));
        Assert.Equal(int.MinValue, dataset.GetInt(DicomTag.InstanceNumber));
        Assert.Throws<DicomException>(() => dataset.Set(DicomTag.InstanceNumber, 2147483648.0));
        Assert.Throws<DicomException>(() => dataset.Set(DicomTag.InstanceNumber, 1.5));
    }

    [Fact]
    public void AttributeTagsAreTagsInEveryByteOrder()
    {
        var dataset = new DicomDataset().Set(DicomTag.FrameIncrementPointer, "(0018,1063)", "00280103");
        foreach (var syntax in Syntaxes)
        {
            var read = DicomDataset.Parse(dataset.Encode(syntax), syntax);
            Assert.Equal(["00181063", "00280103"], read.GetStrings(DicomTag.FrameIncrementPointer));
            Assert.Empty(read.GetInts(DicomTag.FrameIncrementPointer));
            Assert.Equal([0x18, 0, 0x63, 0x10, 0x28, 0, 3, 1], read.GetBytes(DicomTag.FrameIncrementPointer).ToArray());
        }
        Assert.Equal("value-not-representable", Assert.Throws<DicomException>(() => dataset.Set(DicomTag.FrameIncrementPointer, "Rows?")).Code);
    }

    [Fact]
    public void FloatsKeepTheirBitsAndSayWhenTheyAreNoNumbers()
    {
        var dataset = new DicomDataset().Set(Private(1), DicomVR.FD, "1.7976931348623157E+308", "-5E-324").Set(Private(2), DicomVR.FL, "0.1")
            .SetBytes(Private(3), DicomVR.FD, BitConverter.GetBytes(double.NaN));
        foreach (var syntax in Syntaxes.Where(s => s.IsExplicitVR))
        {
            var read = DicomDataset.Parse(dataset.Encode(syntax), syntax);
            Assert.Equal([double.MaxValue, -double.Epsilon], read.GetDoubles(Private(1)));
            Assert.Equal(0.1f, (float)read.GetDouble(Private(2))!.Value);
            Assert.True(double.IsNaN(read.GetDouble(Private(3))!.Value));
        }
    }

    [Fact]
    public void TextThatIsNeverSplitKeepsItsBackslashes()
    {
        foreach (var vr in (DicomVR[])[DicomVR.LT, DicomVR.ST, DicomVR.UT, DicomVR.UR])
        {
            var dataset = new DicomDataset().Set(Private(1), vr, "a\\b");
            Assert.Equal(["a\\b"], dataset.GetStrings(Private(1)));
        }
        // Leading spaces mean something in them, trailing ones do not.
        Assert.Equal("  x", new DicomDataset().Set(Private(1), DicomVR.LT, "  x ").GetString(Private(1)));
        Assert.Equal(["a", "", "b"], new DicomDataset().Set(Private(1), DicomVR.UC, "a", "", "b").GetStrings(Private(1)));
    }

    [Theory]
    [InlineData("Doe^John^Q^Dr^Jr", "Doe", "John", "Q", "Dr", "Jr")]
    [InlineData("Doe", "Doe", "", "", "", "")]
    [InlineData("^John", "", "John", "", "", "")]
    [InlineData("=山田^太郎", "山田", "太郎", "", "", "")]
    [InlineData("==やまだ^たろう", "やまだ", "たろう", "", "", "")]
    [InlineData("A^B^C^D^E^F", "A", "B", "C", "D", "E")]
    public void NamesHaveFiveComponentsInThreeGroups(string text, string family, string given, string middle, string prefix, string suffix)
    {
        var name = PersonName.Parse(text);
        Assert.Equal((family, given, middle, prefix, suffix), (name.Family, name.Given, name.Middle, name.Prefix, name.Suffix));
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("20240105-20240131", "2024-01-05", "2024-01-31")]
    [InlineData("20240105-", "2024-01-05", null)]
    [InlineData(" -20240131 ", null, "2024-01-31")]
    [InlineData("20240105", "2024-01-05", "2024-01-05")]
    [InlineData("2024.01.05-20240131", "2024-01-05", "2024-01-31")]
    public void DateRanges(string text, string? first, string? last)
    {
        Assert.True(DicomDateTime.TryParseDateRange(text, out var range));
        Assert.Equal((first, last), (range.First?.ToString("O", CultureInfo.InvariantCulture), range.Last?.ToString("O", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("10", "10:00:00.0000000", "10:59:59.9999999")]
    [InlineData("1030", "10:30:00.0000000", "10:30:59.9999999")]
    [InlineData("103005", "10:30:05.0000000", "10:30:05.9999999")]
    [InlineData("103005.25", "10:30:05.2500000", "10:30:05.2599999")]
    [InlineData("10:30-11:45", "10:30:00.0000000", "11:45:59.9999999")]
    [InlineData("08-", "08:00:00.0000000", null)]
    [InlineData("-08", null, "08:59:59.9999999")]
    [InlineData("2300-0100", "23:00:00.0000000", "01:00:59.9999999")]
    public void TimeRangesAndPartialTimes(string text, string? first, string? last)
    {
        Assert.True(DicomDateTime.TryParseTimeRange(text, out var range));
        Assert.Equal((first, last), (range.First?.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture), range.Last?.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("2024", "2024-01-01T00:00:00.0000000+01:00", "2024-12-31T23:59:59.9999999+01:00")]
    [InlineData("202402", "2024-02-01T00:00:00.0000000+01:00", "2024-02-29T23:59:59.9999999+01:00")]
    [InlineData("20240229", "2024-02-29T00:00:00.0000000+01:00", "2024-02-29T23:59:59.9999999+01:00")]
    [InlineData("2024022910", "2024-02-29T10:00:00.0000000+01:00", "2024-02-29T10:59:59.9999999+01:00")]
    [InlineData("20240229103005.5-0500", "2024-02-29T10:30:05.5000000-05:00", "2024-02-29T10:30:05.5999999-05:00")]
    [InlineData("2024-0500", "2024-01-01T00:00:00.0000000-05:00", "2024-12-31T23:59:59.9999999-05:00")]
    [InlineData("2023-2024", "2023-01-01T00:00:00.0000000+01:00", "2024-12-31T23:59:59.9999999+01:00")]
    [InlineData("20240101+0530-20240102-0300", "2024-01-01T00:00:00.0000000+05:30", "2024-01-02T23:59:59.9999999-03:00")]
    [InlineData("20240101-0300-20240102", "2024-01-01T00:00:00.0000000-03:00", "2024-01-02T23:59:59.9999999+01:00")]
    [InlineData("20240101-0300-", "2024-01-01T00:00:00.0000000-03:00", null)]
    [InlineData("-20240101-0300", null, "2024-01-01T23:59:59.9999999-03:00")]
    [InlineData("9999", "9999-01-01T00:00:00.0000000+01:00", "9999-12-31T23:59:59.9999999+01:00")]
    public void DateTimeRangesOffsetsAndPartialMoments(string text, string? first, string? last)
    {
        Assert.True(DicomDateTime.TryParseDateTimeRange(text, TimeSpan.FromHours(1), out var range));
        Assert.Equal((first, last), (range.First?.ToString("O", CultureInfo.InvariantCulture), range.Last?.ToString("O", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    [InlineData("20240101-20240230")]
    [InlineData("20240101-20240102-20240103")]
    [InlineData("heute-morgen")]
    public void WhatIsNoRangeIsNotOne(string text)
    {
        Assert.False(DicomDateTime.TryParseDateRange(text, out _));
        Assert.False(DicomDateTime.TryParseTimeRange(text, out _));
        Assert.False(DicomDateTime.TryParseDateTimeRange(text, TimeSpan.Zero, out _));
    }

    [Fact]
    public void MomentsThatCannotBeCountedInUtcAreNoMoments()
    {
        Assert.False(DicomDateTime.TryParseDateTimeRange("0001+1400", TimeSpan.Zero, out _));
        foreach (var wrong in (string[])["+1401", "-1201", "+0060", "0500", "+05:00", "+5"]) Assert.False(DicomDateTime.TryParseOffset(wrong, out _), wrong);
        Assert.True(DicomDateTime.TryParseOffset("+0545", out var nepal) && nepal == TimeSpan.FromMinutes(345));
    }
}

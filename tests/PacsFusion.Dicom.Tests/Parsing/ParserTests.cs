namespace PacsFusion.Dicom.Tests;

public class ParserTests
{
    private static readonly DicomTransferSyntax Explicit = DicomTransferSyntax.ExplicitVRLittleEndian;
    private static readonly DicomTransferSyntax Implicit = DicomTransferSyntax.ImplicitVRLittleEndian;

    [Theory]
    [InlineData(0xFFFFFFFEu)]
    [InlineData(0x7FFFFFFFu)]
    [InlineData(200_000_000u)]
    public void AClaimedLengthAllocatesNothing(uint claim)
    {
        var bytes = new DatasetBytes(Explicit).Text(0x00080060, "CS", "MR").Header(0x00091010, "OB", claim).Raw([1, 2, 3, 4]).ToArray();
        Assert.Throws<DicomFormatException>(() => DicomDataset.Parse(bytes, Explicit));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<DicomFormatException>(() => DicomDataset.Parse(bytes, Explicit));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024);
        Assert.Equal(("length-beyond-end", new DicomTag(0x0009, 0x1010), 10L), (refusal.Code, refusal.Tag!.Value, refusal.Offset!.Value));
    }

    [Fact]
    public void NestingIsBounded()
    {
        var content = new DatasetBytes(Explicit).Text(0x00080060, "CS", "MR").ToArray();
        for (var i = 0; i < 10; i++) content = new DatasetBytes(Explicit).Sequence(0x0040A730, i % 2 == 0, (content, true)).ToArray();
        Assert.Single(DicomDataset.Parse(content, Explicit, new DicomReadOptions { MaxDepth = 10 }));
        var refusal = Assert.Throws<DicomFormatException>(() => DicomDataset.Parse(content, Explicit, new DicomReadOptions { MaxDepth = 9 }));
        Assert.Equal("depth-limit", refusal.Code);
    }

    [Fact]
    public void ElementsAreBounded()
    {
        var bytes = new DatasetBytes(Explicit).Text(0x00080060, "CS", "MR").Text(0x00080070, "LO", "X").Text(0x00080080, "LO", "Y").ToArray();
        Assert.Equal("element-limit", Assert.Throws<DicomFormatException>(() => DicomDataset.Parse(bytes, Explicit, new DicomReadOptions { MaxElements = 2 })).Code);
    }

    [Fact]
    public void ALargeDataSetMayHoldMoreElementsThanTheFixedLimit()
    {
        var bytes = new DatasetBytes(Explicit);
        for (ushort i = 0; i < 100; i++) bytes.Element(0x00091000u + i, "LO", "AB"u8);
        var small = bytes.ToArray();
        bytes.Element(0x00111000, "OB", new byte[10_000_000]);
        var options = new DicomReadOptions { MaxElements = 50 };
        Assert.Equal("element-limit", Assert.Throws<DicomFormatException>(() => DicomDataset.Parse(small, Explicit, options)).Code);
        Assert.Equal(101, DicomDataset.Parse(bytes.ToArray(), Explicit, options).Count);
    }

    [Fact]
    public void ElementsBehindPixelDataAreReadAndBytesWithoutMeaningAreNot()
    {
        foreach (var syntax in (DicomTransferSyntax[])[Explicit, Implicit, DicomTransferSyntax.ExplicitVRBigEndian])
        {
            var image = new DatasetBytes(syntax).Text(0x00080060, "CS", "MR").Element(0x7FE00010, "OW", [1, 2, 3, 4]).ToArray();
            var late = new DatasetBytes(syntax).Raw(image).Text(0x00100020, "LO", "1234").Text(0x00080060, "CS", "CT").ToArray();
            var warnings = new List<DicomReadWarning>();
            var dataset = DicomDataset.Parse(late, syntax, new DicomReadOptions { OnWarning = warnings.Add });
            Assert.Equal(("MR", "1234"), (dataset.GetString(DicomTag.Modality), dataset.GetString(DicomTag.PatientID)));
            Assert.Contains(warnings, w => w.Code == "tag-order");
            Assert.Equal(late, dataset.Encode(syntax));

            foreach (var junk in (byte[][])[new byte[40], [.. Enumerable.Repeat((byte)0xFF, 40)], [0x10, 0, 0x20, 0, (byte)'L', (byte)'O', 0xFF, 0xFF], [.. Enumerable.Range(1, 40).Select(i => (byte)(i * 37))]])
            {
                byte[] trailing = [.. image, .. junk];
                warnings.Clear();
                dataset = DicomDataset.Parse(trailing, syntax, new DicomReadOptions { OnWarning = warnings.Add });
                Assert.Equal([DicomTag.Modality, DicomTag.PixelData], dataset.Select(e => e.Tag));
                Assert.Contains(warnings, w => w.Code == "trailing-bytes");
                Assert.Equal(trailing, dataset.Encode(syntax));
            }
        }
    }

    [Fact]
    public void ADelimiterBehindAnItemThatHasALengthMeansNothing()
    {
        foreach (var undefined in (bool[])[true, false])
        {
            var item = new DatasetBytes(Explicit).Text(0x00081155, "UI", "1.2.3").ToArray();
            var items = new DatasetBytes(Explicit).Delimiter(0xFFFEE000, (uint)item.Length).Raw(item).Delimiter(0xFFFEE00D, 0).Delimiter(0xFFFEE000, (uint)item.Length).Raw(item).Delimiter(0xFFFEE00D, 0).ToArray();
            var bytes = new DatasetBytes(Explicit).Header(0x00081140, "SQ", undefined ? 0xFFFFFFFF : (uint)items.Length).Raw(items);
            if (undefined) bytes.Delimiter(0xFFFEE0DD, 0);
            bytes.Text(0x00100020, "LO", "1234");
            var dataset = DicomDataset.Parse(bytes.ToArray(), Explicit);
            Assert.Equal(["1.2.3", "1.2.3"], dataset.GetSequence(DicomTag.ReferencedImageSequence).Select(i => i.GetString(DicomTag.ReferencedSOPInstanceUID)));
            Assert.Equal("1234", dataset.GetString(DicomTag.PatientID));
            Assert.Equal(bytes.ToArray(), dataset.Encode(Explicit));
        }
    }

    [Fact]
    public void AFileThatBreaksOffAnywhereIsReadUpToThereOrRefusedByName()
    {
        var item = new DatasetBytes(Explicit).Text(0x00081155, "UI", "1.2.3").ToArray();
        var meta = new MemoryStream();
        DicomFile.WriteFileMeta(meta, DicomUid.CTImageStorage, "1.2.3", Explicit.Uid);
        byte[] whole = [.. meta.ToArray(), .. new DatasetBytes(Explicit)
            .Text(0x00080018, "UI", "1.2.3").Sequence(0x00081140, true, (item, true), (item, false)).Sequence(0x00081150, "UN", false, (item, false)).Text(0x00100010, "PN", "A^B")
            .Number(0x00280010, 2).Element(0x7FE00010, "OB", [1, 2, 3, 4]).ToArray()];
        var last = -1;
        for (var length = 0; length < whole.Length; length++)
        {
            var bytes = whole[..length];
            var refusal = Record.Exception(() => DicomFile.Parse(bytes, new DicomReadOptions { Truncation = TruncationRule.Refuse }));
            Assert.True(refusal is null or DicomFormatException { Offset: >= 0 }, $"{length}: {refusal}");
            if (refusal is DicomFormatException { Offset: var offset }) Assert.InRange(offset!.Value, 0, length);
            // Never less than what a shorter file had.
            var kept = Record.Exception(() =>
            {
                var count = DicomFile.Parse(bytes, new DicomReadOptions { Truncation = TruncationRule.KeepComplete }).Dataset.Count;
                Assert.True(count >= last, $"{length}: {count}");
                last = count;
            });
            Assert.True(kept is null or DicomFormatException, $"{length}: {kept}");
        }
        Assert.Equal(6, last);
    }

    [Fact]
    public void UnknownOfUndefinedLengthHoldsImplicitItems()
    {
        var item = new DatasetBytes(Implicit).Text(0x00080060, "CS", "PT").ToArray();
        var bytes = new DatasetBytes(Explicit).Sequence(0x00091001, "UN", true, (item, true)).Text(0x00100020, "LO", "1234").ToArray();
        var dataset = DicomDataset.Parse(bytes, Explicit);
        Assert.Equal("PT", dataset.GetItem(new DicomTag(0x0009, 0x1001))!.GetString(DicomTag.Modality));
        Assert.Equal("1234", dataset.GetString(DicomTag.PatientID));
        Assert.Equal(bytes, dataset.Encode(Explicit));
        // Written anew, it is a sequence like any other.
        dataset.GetItem(new DicomTag(0x0009, 0x1001))!.Set(DicomTag.Modality, "NM");
        var again = DicomDataset.Parse(dataset.Encode(Explicit), Explicit);
        Assert.Equal("NM", again.GetItem(new DicomTag(0x0009, 0x1001))!.GetString(DicomTag.Modality));
    }

    [Fact]
    public void ItemsOfUnknownSequencesMayBeExplicitAllTheSame()
    {
        var item = new DatasetBytes(Explicit).Text(0x00080060, "CS", "PT").ToArray();
        var dataset = DicomDataset.Parse(new DatasetBytes(Explicit).Sequence(0x00091001, "UN", true, (item, true)).ToArray(), Explicit);
        Assert.Equal("PT", dataset.GetItem(new DicomTag(0x0009, 0x1001))!.GetString(DicomTag.Modality));
        // A length that spells a value representation is a length where it fits.
        item = new DatasetBytes(Implicit).Element(0x00091002, "UN", new byte['D' | 'S' << 8]).ToArray();
        dataset = DicomDataset.Parse(new DatasetBytes(Explicit).Sequence(0x00091001, "UN", true, (item, true)).ToArray(), Explicit);
        Assert.Equal('D' | 'S' << 8, dataset.GetItem(new DicomTag(0x0009, 0x1001))!.GetBytes(new DicomTag(0x0009, 0x1002)).Length);
    }

    [Fact]
    public void ASequenceThatCannotBeReadStaysAsBytesAndHidesNothingBehindIt()
    {
        var broken = new DatasetBytes(Explicit).Delimiter(0xFFFEE000, 500).Raw([1, 2, 3, 4]).ToArray();
        var bytes = new DatasetBytes(Explicit).Header(0x00081140, "SQ", (uint)broken.Length).Raw(broken).Text(0x00100020, "LO", "1234").ToArray();
        var warnings = new List<DicomReadWarning>();
        var dataset = DicomDataset.Parse(bytes, Explicit, new DicomReadOptions { OnWarning = warnings.Add });
        Assert.Equal("1234", dataset.GetString(DicomTag.PatientID));
        Assert.Equal(broken, dataset.GetBytes(DicomTag.ReferencedImageSequence).ToArray());
        Assert.Contains(warnings, w => w is { Code: "sequence-unreadable", Offset: 0 });
    }

    [Fact]
    public void TheFirstOfTwoElementsWithOneTagCounts()
    {
        var bytes = new DatasetBytes(Explicit).Text(0x00080060, "CS", "MR").Text(0x00080060, "CS", "CT").Text(0x00080008, "CS", "ORIGINAL").ToArray();
        var dataset = DicomDataset.Parse(bytes, Explicit);
        Assert.Equal("MR", dataset.GetString(DicomTag.Modality));
        Assert.Equal([DicomTag.ImageType, DicomTag.Modality], dataset.Select(e => e.Tag));
        Assert.Equal(bytes, dataset.Encode(Explicit));
    }

    [Fact]
    public void ReadingStopsBeforeTheTagAskedFor()
    {
        var bytes = new DatasetBytes(Explicit).Text(0x00080060, "CS", "MR").Header(0x7FE00010, "OW", 1_000_000).ToArray();
        var dataset = DicomDataset.Parse(bytes, Explicit, DicomReadOptions.Header);
        Assert.Equal([DicomTag.Modality], dataset.Select(e => e.Tag));
    }

    [Fact]
    public void SignedTagsFollowPixelRepresentation()
    {
        var bytes = new DatasetBytes(Implicit).Number(0x00280103, 1).Element(0x00280106, "SS", 0xFF, 0xFF).ToArray();
        Assert.Equal(-1, DicomDataset.Parse(bytes, Implicit).GetInt(DicomTag.SmallestImagePixelValue));
        bytes = new DatasetBytes(Implicit).Number(0x00280103, 0).Element(0x00280106, "US", 0xFF, 0xFF).ToArray();
        Assert.Equal(65535, DicomDataset.Parse(bytes, Implicit).GetInt(DicomTag.SmallestImagePixelValue));
    }

    [Fact]
    public void ValuesTooLongForAShortFormAreWrittenAsUnknown()
    {
        var dataset = new DicomDataset().Set(DicomTag.TableOfParameterValues, [.. Enumerable.Range(0, 20_000).Select(i => (double)i)]);
        var bytes = dataset.Encode(Explicit);
        Assert.Equal("UN"u8.ToArray(), bytes[4..6]);
        Assert.Equal(19_999, DicomDataset.Parse(bytes, Explicit).GetDoubles(DicomTag.TableOfParameterValues)[^1]);
    }

    [Fact]
    public void InflatingStopsAtTheLimit()
    {
        var large = new DicomDataset().SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[1 << 20]).Encode(DicomTransferSyntax.DeflatedExplicitVRLittleEndian);
        Assert.True(large.Length < 4096);
        var refusal = Assert.Throws<DicomFormatException>(
            () => DicomDataset.Parse(large, DicomTransferSyntax.DeflatedExplicitVRLittleEndian, new DicomReadOptions { MaxInflatedLength = 100_000 }));
        Assert.Equal("deflate-limit", refusal.Code);
    }

    [Fact]
    public void WhatIsLargeWhenDeflatedMayBeLargerThanTheFixedLimit()
    {
        // Noise in every fourth byte: large even when deflated, and still far from a bomb.
        var pixels = new byte[48 << 20];
        var noise = new byte[pixels.Length / 4];
        new Random(3).NextBytes(noise);
        for (var i = 0; i < noise.Length; i++) pixels[4 * i] = noise[i];
        var deflated = new DicomDataset().SetBytes(DicomTag.PixelData, DicomVR.OW, pixels).Encode(DicomTransferSyntax.DeflatedExplicitVRLittleEndian);
        Assert.InRange(deflated.Length, 10_000_000, pixels.Length / 2);
        var read = DicomDataset.Parse(deflated, DicomTransferSyntax.DeflatedExplicitVRLittleEndian, new DicomReadOptions { MaxInflatedLength = 1_000_000 });
        Assert.True(read.GetBytes(DicomTag.PixelData).Span.SequenceEqual(pixels));
    }

    [Fact]
    public void NumbersAreTextOnlyWhereTheyAreNumbers()
    {
        var dataset = new DicomDataset()
            .Set(DicomTag.PixelSpacing, "0,5", "1").Set(DicomTag.SliceThickness, "NaN").Set(DicomTag.InstanceNumber, "7.0").Set(DicomTag.ImagePositionPatient, "1\\\\3");
        Assert.Empty(dataset.GetDoubles(DicomTag.PixelSpacing));
        Assert.Null(dataset.GetDouble(DicomTag.SliceThickness));
        Assert.Equal(7, dataset.GetInt(DicomTag.InstanceNumber));
        Assert.Empty(dataset.GetDoubles(DicomTag.ImagePositionPatient));
        Assert.Equal(["1", "", "3"], dataset.GetStrings(DicomTag.ImagePositionPatient));
        Assert.Null(dataset.GetString(DicomTag.PatientID));
        Assert.Empty(dataset.GetDoubles(DicomTag.RescaleSlope));
    }

    [Theory]
    [InlineData(1.0 / 3, "0.33333333333333")]
    [InlineData(-1.23456789012345e-200, "-1.23456789E-200")]
    [InlineData(0.1, "0.1")]
    [InlineData(123456789012345680, "1.2345678901E+17")]
    public void DecimalStringsFitSixteenCharacters(double value, string start)
    {
        var text = new DicomDataset().Set(DicomTag.RescaleSlope, value).GetString(DicomTag.RescaleSlope)!;
        Assert.True(text.Length <= 16, text);
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Equal(value, double.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Math.Abs(value) * 1e-8);
    }

    [Fact]
    public void ValuesThatDoNotFitAreRefused()
    {
        var dataset = new DicomDataset();
        Assert.Equal("value-not-representable", Assert.Throws<DicomException>(() => dataset.Set(DicomTag.Rows, 70_000)).Code);
        Assert.Equal("value-not-representable", Assert.Throws<DicomException>(() => dataset.Set(DicomTag.RescaleSlope, double.NaN)).Code);
        Assert.Equal("value-not-representable", Assert.Throws<DicomException>(() => dataset.Set(DicomTag.Modality, "MÄ")).Code);
        Assert.Equal("vr-unknown", Assert.Throws<DicomException>(() => dataset.Set(new DicomTag(0x0009, 0x1001), "x")).Code);
        Assert.Equal(0, dataset.Count);
    }

    [Fact]
    public void ItemsOfOneDataSetAreCopiedIntoAnother()
    {
        var first = new DicomDataset().SetSequence(DicomTag.ReferencedImageSequence, new DicomDataset().Set(DicomTag.ReferencedSOPInstanceUID, "1.2"));
        var second = new DicomDataset().SetSequence(DicomTag.ReferencedImageSequence, first.GetItem(DicomTag.ReferencedImageSequence)!);
        second.GetItem(DicomTag.ReferencedImageSequence)!.Set(DicomTag.ReferencedSOPInstanceUID, "1.3");
        Assert.Equal("1.2", first.GetItem(DicomTag.ReferencedImageSequence)!.GetString(DicomTag.ReferencedSOPInstanceUID));
        var copy = new DicomDataset().CopyFrom(second, DicomTag.ReferencedImageSequence, DicomTag.PatientName);
        second.GetItem(DicomTag.ReferencedImageSequence)!.Set(DicomTag.ReferencedSOPInstanceUID, "1.4");
        Assert.Equal("1.3", copy.GetItem(DicomTag.ReferencedImageSequence)!.GetString(DicomTag.ReferencedSOPInstanceUID));
        Assert.False(copy.Contains(DicomTag.PatientName));
    }
}

namespace PacsFusion.Dicom.Tests;

/// <summary>Private elements whose representation the bytes do not tell: the creator of the same level decides, or nobody.</summary>
public class PrivateElementTests
{
    private static readonly DicomTransferSyntax Explicit = DicomTransferSyntax.ExplicitVRLittleEndian;
    private static readonly DicomTransferSyntax Implicit = DicomTransferSyntax.ImplicitVRLittleEndian;

    [Fact]
    public void AnElementFollowsTheCreatorOfItsBlockWhereverTheBlockLies()
    {
        // GEMS_PARM_01 has NumberOfEPIShots (SS) at (0043,xx06); GEMS_ACQU_01 has a number as text (IS) at (0019,xxE5).
        var bytes = new DatasetBytes(Implicit)
            .Text(0x00190010, "LO", "NOBODY KNOWS").Text(0x00190011, "LO", "GEMS_ACQU_01").Element(0x001910E5, "UN", [(byte)'5', (byte)'0']).Text(0x001911E5, "IS", "1000")
            .Text(0x00430010, "LO", "GEMS_PARM_01").Text(0x00430034, "LO", "GEMS_PARM_01 ").Element(0x00431006, "SS", 0xFF, 0xFF).Element(0x00433406, "SS", 0xFE, 0xFF).Element(0x00433506, "SS", 0xFE, 0xFF)
            .ToArray();
        var dataset = DicomDataset.Parse(bytes, Implicit);
        Assert.Equal([DicomVR.UN, DicomVR.IS, DicomVR.SS, DicomVR.SS, DicomVR.UN], new uint[] { 0x001910E5, 0x001911E5, 0x00431006, 0x00433406, 0x00433506 }.Select(t => VR(dataset, t)));
        Assert.Equal((1000, -1, -2), (dataset.GetInt(new DicomTag(0x001911E5)), dataset.GetInt(new DicomTag(0x00431006)), dataset.GetInt(new DicomTag(0x00433406))));
        Assert.Equal(bytes, dataset.Encode(Implicit));

        foreach (var syntax in (DicomTransferSyntax[])[Explicit, DicomTransferSyntax.ExplicitVRBigEndian, DicomTransferSyntax.DeflatedExplicitVRLittleEndian])
        {
            var again = DicomDataset.Parse(dataset.Encode(syntax), syntax);
            Assert.Equal(-2, again.GetInt(new DicomTag(0x00433406)));
            Assert.Equal(bytes, again.Encode(Implicit));
        }
    }

    [Fact]
    public void TheCreatorOfAnItemCountsNotThatOfTheDataSetAroundIt()
    {
        var known = new DatasetBytes(Implicit).Text(0x00430010, "LO", "GEMS_PARM_01").Element(0x00431006, "SS", 0xFF, 0xFF).ToArray();
        var orphan = new DatasetBytes(Implicit).Element(0x00431006, "SS", 0xFF, 0xFF).ToArray();
        var other = new DatasetBytes(Implicit).Text(0x00430010, "LO", "SOMEBODY ELSE").Element(0x00431006, "SS", 0xFF, 0xFF).ToArray();
        var bytes = new DatasetBytes(Implicit).Sequence(0x00400275, "SQ", true, (known, true), (orphan, false), (other, true), (known, false)).Text(0x00430010, "LO", "GEMS_PARM_01").Element(0x00431006, "SS", 1, 0).ToArray();
        var dataset = DicomDataset.Parse(bytes, Implicit);
        Assert.Equal([DicomVR.SS, DicomVR.UN, DicomVR.UN, DicomVR.SS], dataset.GetSequence(DicomTag.RequestAttributesSequence).Select(i => VR(i, 0x00431006)));
        Assert.Equal(DicomVR.SS, VR(dataset, 0x00431006));
    }

    [Fact]
    public void ALengthThatTheRepresentationCannotHaveMakesItUnknown()
    {
        var bytes = new DatasetBytes(Implicit).Text(0x00430010, "LO", "GEMS_PARM_01").Element(0x00431006, "SS", 1, 2, 3).ToArray();
        var dataset = DicomDataset.Parse(bytes, Implicit);
        Assert.Equal(DicomVR.UN, VR(dataset, 0x00431006));
        Assert.Equal([1, 2, 3], dataset.GetBytes(new DicomTag(0x00431006)).ToArray());
    }

    [Fact]
    public void AKnownPrivateSequenceThatWasWrittenAsUnknownIsOneAgain()
    {
        var item = new DatasetBytes(Implicit).Text(0x00080060, "CS", "PT").ToArray();
        foreach (var undefined in (bool[])[true, false])
        {
            // GEMS_ADWSoft_3D1: (0047,xx85) is a sequence.
            var bytes = new DatasetBytes(Explicit).Text(0x00470010, "LO", "GEMS_ADWSoft_3D1").Sequence(0x00471085, "UN", undefined, (item, false)).Text(0x004710F0, "LO", "X").ToArray();
            Assert.Equal(DicomVR.SQ, DicomDictionary.PrivateVrOf("GEMS_ADWSoft_3D1", new DicomTag(0x00471085)));
            var dataset = DicomDataset.Parse(bytes, Explicit);
            Assert.Equal("PT", Assert.Single(dataset.GetSequence(new DicomTag(0x00471085))).GetString(DicomTag.Modality));
            Assert.Equal(bytes, dataset.Encode(Explicit));
        }
    }

    [Fact]
    public void WhatIsNoSequenceThoughTheDictionarySaysSoStaysAsBytes()
    {
        var bytes = new DatasetBytes(Implicit).Text(0x00470010, "LO", "GEMS_ADWSoft_3D1").Element(0x00471085, "UN", [1, 2, 3, 4, 5, 6, 7, 8]).Text(0x004710F1, "LO", "behind").ToArray();
        var dataset = DicomDataset.Parse(bytes, Implicit);
        Assert.Equal(DicomVR.UN, VR(dataset, 0x00471085));
        Assert.True(dataset.Contains(new DicomTag(0x004710F1)));
        Assert.Equal(bytes, dataset.Encode(Implicit));
    }

    [Fact]
    public void CreatorsMayStandOutOfOrderOrBeSequencesWithoutHarm()
    {
        var item = new DatasetBytes(Implicit).Text(0x00080060, "CS", "PT").ToArray();
        var bytes = new DatasetBytes(Implicit)
            .Element(0x00431006, "SS", 1, 0).Text(0x00430010, "LO", "GEMS_PARM_01").Sequence(0x00450010, true, (item, true)).Element(0x00451001, "UN", 1, 2).Text(0x00430011, "LO", "GEMS_PARM_01").Element(0x00431106, "SS", 1, 0).ToArray();
        var dataset = DicomDataset.Parse(bytes, Implicit);
        Assert.Equal(DicomVR.UN, VR(dataset, 0x00451001));
        Assert.Equal([1, 0], dataset.GetBytes(new DicomTag(0x00431006)).ToArray());
        Assert.Equal(bytes, dataset.Encode(Implicit));
    }

    [Fact]
    public void ElementsOfManyBlocksInTurnTakeNoLonger()
    {
        var file = new DatasetBytes(Implicit);
        for (uint block = 0x10; block < 0xFF; block++) file.Text(0x00430000 + block, "LO", "GEMS_PARM_01");
        for (uint i = 0; i < 200_000; i++) file.Element(0x00431006 + (i % 0xE0 << 8), "SS", 1, 0);
        var bytes = file.ToArray();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(0xEF + 0xE0, DicomDataset.Parse(bytes, Implicit).Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), watch.Elapsed.ToString());
    }

    private static DicomVR VR(DicomDataset dataset, uint tag) => dataset.Find(new DicomTag(tag))!.Value.VR;
}

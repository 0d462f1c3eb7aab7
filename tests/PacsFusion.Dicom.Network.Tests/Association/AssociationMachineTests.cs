namespace PacsFusion.Dicom.Network.Tests;

public class AssociationMachineTests
{
    // PS3.8 table 9-10, 2024b: rows are events 1 to 19, columns Sta1 to Sta13; "." where the table is empty.
    private static readonly string[] Standard =
    [
        /* 1 A-ASSOCIATE request      */ "AE1 .   .   .   .   .   .   .   .   .    .   .   .  ",
        /* 2 transport confirm        */ ".   .   .   AE2 .   .   .   .   .   .    .   .   .  ",
        /* 3 A-ASSOCIATE-AC           */ ".   AA1 AA8 .   AE3 AA8 AA8 AA8 AA8 AA8  AA8 AA8 AA6",
        /* 4 A-ASSOCIATE-RJ           */ ".   AA1 AA8 .   AE4 AA8 AA8 AA8 AA8 AA8  AA8 AA8 AA6",
        /* 5 transport indication     */ "AE5 .   .   .   .   .   .   .   .   .    .   .   .  ",
        /* 6 A-ASSOCIATE-RQ           */ ".   AE6 AA8 .   AA8 AA8 AA8 AA8 AA8 AA8  AA8 AA8 AA7",
        /* 7 response, accept         */ ".   .   AE7 .   .   .   .   .   .   .    .   .   .  ",
        /* 8 response, reject         */ ".   .   AE8 .   .   .   .   .   .   .    .   .   .  ",
        /* 9 P-DATA request           */ ".   .   .   .   .   DT1 .   AR7 .   .    .   .   .  ",
        /* 10 P-DATA-TF               */ ".   AA1 AA8 .   AA8 DT2 AR6 AA8 AA8 AA8  AA8 AA8 AA6",
        /* 11 A-RELEASE request       */ ".   .   .   .   .   AR1 .   .   .   .    .   .   .  ",
        /* 12 A-RELEASE-RQ            */ ".   AA1 AA8 .   AA8 AR2 AR8 AA8 AA8 AA8  AA8 AA8 AA6",
        /* 13 A-RELEASE-RP            */ ".   AA1 AA8 .   AA8 AA8 AR3 AA8 AA8 AR10 AR3 AA8 AA6",
        /* 14 A-RELEASE response      */ ".   .   .   .   .   .   .   AR4 AR9 .    .   AR4 .  ",
        /* 15 A-ABORT request         */ ".   .   AA1 AA2 AA1 AA1 AA1 AA1 AA1 AA1  AA1 AA1 .  ",
        /* 16 A-ABORT                 */ ".   AA2 AA3 .   AA3 AA3 AA3 AA3 AA3 AA3  AA3 AA3 AA2",
        /* 17 transport closed        */ ".   AA5 AA4 AA4 AA4 AA4 AA4 AA4 AA4 AA4  AA4 AA4 AR5",
        /* 18 ARTIM expired           */ ".   AA2 .   .   .   .   .   .   .   .    .   .   AA2",
        /* 19 invalid PDU             */ ".   AA1 AA8 .   AA8 AA8 AA8 AA8 AA8 AA8  AA8 AA8 AA7",
    ];

    public static TheoryData<int> States => [.. Enumerable.Range(1, 13)];

    [Theory]
    [MemberData(nameof(States))]
    public void EveryEventInAStateHasTheActionOfTheStandardOrAborts(int state)
    {
        for (var row = 1; row <= 19; row++)
        {
            var expected = Standard[row - 1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[state - 1];
            var happened = (AssociationEvent)row;
            var action = AssociationMachine.ActionFor(happened, (AssociationState)state);
            Assert.Equal(expected != ".", AssociationMachine.IsListed(happened, (AssociationState)state));
            Assert.Equal(expected == "." ? "AA8" : expected, action.ToString().ToUpperInvariant());
        }
    }

    [Fact]
    public void TheTableListsAsManyPairsAsTheStandard()
    {
        var pairs = from happened in Enum.GetValues<AssociationEvent>() from state in Enum.GetValues<AssociationState>() where AssociationMachine.IsListed(happened, state) select 1;
        Assert.Equal(123, pairs.Count());
    }

    [Theory]
    [InlineData(AssociationAction.Ae1, AssociationState.Sta4)]
    [InlineData(AssociationAction.Ae2, AssociationState.Sta5)]
    [InlineData(AssociationAction.Ae3, AssociationState.Sta6)]
    [InlineData(AssociationAction.Ae4, AssociationState.Sta1)]
    [InlineData(AssociationAction.Ae5, AssociationState.Sta2)]
    [InlineData(AssociationAction.Ae6, AssociationState.Sta3)]
    [InlineData(AssociationAction.Ae7, AssociationState.Sta6)]
    [InlineData(AssociationAction.Ae8, AssociationState.Sta13)]
    [InlineData(AssociationAction.Dt1, AssociationState.Sta6)]
    [InlineData(AssociationAction.Dt2, AssociationState.Sta6)]
    [InlineData(AssociationAction.Ar1, AssociationState.Sta7)]
    [InlineData(AssociationAction.Ar2, AssociationState.Sta8)]
    [InlineData(AssociationAction.Ar3, AssociationState.Sta1)]
    [InlineData(AssociationAction.Ar4, AssociationState.Sta13)]
    [InlineData(AssociationAction.Ar5, AssociationState.Sta1)]
    [InlineData(AssociationAction.Ar6, AssociationState.Sta7)]
    [InlineData(AssociationAction.Ar7, AssociationState.Sta8)]
    [InlineData(AssociationAction.Ar9, AssociationState.Sta11)]
    [InlineData(AssociationAction.Ar10, AssociationState.Sta12)]
    [InlineData(AssociationAction.Aa1, AssociationState.Sta13)]
    [InlineData(AssociationAction.Aa2, AssociationState.Sta1)]
    [InlineData(AssociationAction.Aa3, AssociationState.Sta1)]
    [InlineData(AssociationAction.Aa4, AssociationState.Sta1)]
    [InlineData(AssociationAction.Aa5, AssociationState.Sta1)]
    [InlineData(AssociationAction.Aa6, AssociationState.Sta13)]
    [InlineData(AssociationAction.Aa7, AssociationState.Sta13)]
    [InlineData(AssociationAction.Aa8, AssociationState.Sta13)]
    internal void EveryActionLeadsToTheStateOfTheStandard(AssociationAction action, AssociationState next) =>
        Assert.Equal(next, AssociationMachine.NextState(action, isRequestor: true));

    [Fact]
    public void ReleaseCollisionPartsRequestorAndAcceptor()
    {
        Assert.Equal(AssociationState.Sta9, AssociationMachine.NextState(AssociationAction.Ar8, isRequestor: true));
        Assert.Equal(AssociationState.Sta10, AssociationMachine.NextState(AssociationAction.Ar8, isRequestor: false));
    }

    [Fact]
    public void AnOrdinaryAssociationWalksThroughItsStates()
    {
        var machine = new AssociationMachine(isRequestor: false);
        (AssociationEvent Event, AssociationState State)[] walk =
        [
            (AssociationEvent.TransportIndication, AssociationState.Sta2), (AssociationEvent.AssociateRequestPdu, AssociationState.Sta3),
            (AssociationEvent.AssociateAcceptLocal, AssociationState.Sta6), (AssociationEvent.DataPdu, AssociationState.Sta6), (AssociationEvent.DataLocal, AssociationState.Sta6),
            (AssociationEvent.ReleaseRequestPdu, AssociationState.Sta8), (AssociationEvent.ReleaseResponseLocal, AssociationState.Sta13), (AssociationEvent.TransportClosed, AssociationState.Sta1),
        ];
        foreach (var (happened, state) in walk)
        {
            machine.Fire(happened);
            Assert.Equal(state, machine.State);
        }
    }
}

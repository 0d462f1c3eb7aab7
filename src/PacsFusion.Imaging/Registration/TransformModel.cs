namespace PacsFusion.Imaging;

/// <summary>What a registration may change.</summary>
public enum TransformModel
{
    /// <summary>Three rotations and three shifts.</summary>
    Rigid,

    /// <summary>Any linear map and a shift: twelve parameters. Found from the rigid one.</summary>
    Affine,
}

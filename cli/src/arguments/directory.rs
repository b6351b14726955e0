//! Arguments of the commands that tell ids.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use dataarts_security::types::DataConnectionType;

use super::values::known_or_new;

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct WorkspacesArguments {
    /// Id of the instance; without, the workspaces of every instance of the project are listed
    #[arg(value_name = "INSTANCE_ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) instance_id: Option<String>,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ConnectionsArguments {
    /// Only connections of this type, such as DWS, RANGER, HIVE or DLI
    #[arg(long = "type", value_name = "TYPE")]
    #[arg(value_parser = known_or_new::<DataConnectionType>(DataConnectionType::VALUES))]
    pub(crate) kind: Option<DataConnectionType>,

    /// Only connections of this name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

//! From the text of a document to the generated code: the order of the passes.

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::visibility::Visibility;
use crate::{attributes, json_schema, null_tolerance, open_enums, operation_table, operations, paging, progenitor};

/// The generated source texts of one document; [`generate`] has an example.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Code {
    /// Types, operations and paging.
    pub client: String,
    /// Typed httpmock helpers for the same operations; `None` for [`Visibility::Crate`].
    pub mock: Option<String>,
}

/// Generates the code of the document `text`, in YAML or JSON, for the crate of this name.
///
/// # Errors
///
/// Returns a [`Diagnostic`] if the document is not OpenAPI 3.0, or uses a part of it that is not supported.
///
/// # Example
///
/// ```
/// use huaweicloud_codegen::{Visibility, generate};
///
/// let document = r#"
/// openapi: 3.0.3
/// info: { title: Clusters, version: v1 }
/// paths:
///   /v1/clusters/{cluster_id}:
///     get:
///       operationId: show_cluster
///       parameters:
///         - { name: cluster_id, in: path, required: true, schema: { type: string } }
///       responses:
///         "204": { description: It exists. }
/// "#;
/// let code = generate(document, Visibility::Public, "my_service").unwrap();
/// assert!(code.client.contains("pub fn show_cluster(&self) -> builder::ShowCluster"));
///
/// let diagnostic = generate("openapi: 3.1.0", Visibility::Public, "my_service").unwrap_err();
/// assert!(diagnostic.to_string().starts_with("openapi: version 3.1.0 is not supported"));
/// ```
pub fn generate(text: &str, visibility: Visibility, crate_name: &str) -> Result<Code, Diagnostic> {
    progenitor::without_panic(|| {
        let document = Document::parse(text)?;
        let mut client = progenitor::client(&document)?;
        open_enums::apply(&mut client)?;
        null_tolerance::apply(&mut client)?;
        operations::apply(&mut client, &document, visibility, crate_name)?;
        paging::apply(&mut client, &document)?;
        attributes::apply(&mut client)?;
        let mock = match visibility {
            Visibility::Public => {
                operation_table::apply(&mut client, &document);
                json_schema::apply(&mut client)?;
                Some(prettyplease::unparse(&progenitor::mock(&document)?))
            }
            // Nobody mocks what is not public.
            Visibility::Crate => None,
        };
        Ok(Code { client: prettyplease::unparse(&client), mock })
    })
}

//! `send` of a generated builder, cut where progenitor would hand the request to its own client.
//!
//! Relies on the text that progenitor writes, which is why its version is pinned; what is not found stops the build.

use quote::{ToTokens as _, format_ident};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItemFn, ReturnType, Stmt, Type, Visibility, parse_quote};

use crate::ast;
use crate::diagnostic::Diagnostic;
use crate::operation::Operation;

/// Turns `send` into a function that returns the request instead of sending it.
pub(crate) fn into_request_fn(method: &mut ImplItemFn, operation: &Operation) -> Result<Type, Diagnostic> {
    let unexpected = |what: &str| ast::changed(format!("{what} in send of {}", operation.id));
    let success = success_type(&method.sig.output).ok_or_else(|| unexpected("no ResponseValue"))?;
    let has = |statement: &Stmt, text: &str| statement.to_token_stream().to_string().contains(text);
    let statements = &mut method.block.stmts;
    let end = statements
        .iter()
        .position(|statement| has(statement, ". pre (& mut request"))
        .ok_or_else(|| unexpected("no call of the hook pre"))?;
    statements.truncate(end);
    // A version header that the service did not ask for.
    let before = statements.len();
    statements.retain(|statement| !has(statement, "\"api-version\"") && !has(statement, "OperationInfo {"));
    if before - statements.len() != 2 {
        return Err(unexpected("no version header"));
    }
    for statement in statements.iter_mut() {
        Members.visit_stmt_mut(statement);
    }
    statements.push(Stmt::Expr(parse_quote!(Ok(request)), None));
    method.attrs = vec![parse_quote!(#[allow(unused_mut)])];
    method.vis = Visibility::Inherited;
    method.sig.ident = format_ident!("build_request");
    method.sig.asyncness = None;
    method.sig.output = parse_quote!(-> ::std::result::Result<::reqwest::Request, Error>);
    Ok(success)
}

/// `Result<ResponseValue<T>, _>` to `T`.
fn success_type(output: &ReturnType) -> Option<Type> {
    let ReturnType::Type(_, kind) = output else { return None };
    let result = ast::first_argument(kind)?;
    (ast::last_name(&result)? == "ResponseValue").then(|| ast::first_argument(&result))?
}

/// Fields of the generated client, read from the hand-written one.
struct Members;

impl VisitMut for Members {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Field(field) = expression
            && let syn::Member::Named(member) = &field.member
        {
            let base = &field.base;
            if member == "baseurl" {
                *expression = parse_quote!(#base.base_url());
            } else if member == "client" {
                *expression = parse_quote!(::huaweicloud_core::generated_code::http(&#base));
            }
        }
    }

    fn visit_macro_mut(&mut self, found: &mut syn::Macro) {
        // `format!("{}/v1/…", client.baseurl, …)` is tokens, not expressions.
        let parsed = found.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated);
        if let Ok(mut arguments) = parsed {
            for argument in arguments.iter_mut() {
                self.visit_expr_mut(argument);
            }
            found.tokens = arguments.to_token_stream();
        }
    }
}

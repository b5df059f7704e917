use anyhow::{Context, Result, ensure};
use clap::Args;

use super::printer::Printer;
use super::session::{LONGEST_LIMIT, within_a_month};
use crate::graph::Services;
use crate::graph::model::NamedNode;

/// Which other endpoints a query may ask.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Other endpoints")]
pub(super) struct ServiceArguments {
    /// Address of a SPARQL endpoint that SERVICE may ask; may be given several times. No other is asked,
    /// nor any address that it leads to
    #[arg(long, value_name = "URL")]
    allow_service: Vec<String>,
    /// Give an endpoint so many seconds for its whole answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30.0)]
    service_timeout: f64,
}

impl ServiceArguments {
    pub(super) fn services(&self) -> Result<Services> {
        let mut allowed = Vec::new();
        for address in &self.allow_service {
            let iri = address.trim_start_matches('<').trim_end_matches('>');
            ensure!(
                iri.starts_with("http://") || iri.starts_with("https://"),
                "--allow-service {address} is no address that begins with http:// or https://"
            );
            let endpoint = NamedNode::new(iri)
                .with_context(|| format!("--allow-service {address} is no address"))?;
            allowed.push(endpoint);
        }
        let patience = within_a_month(self.service_timeout)
            .filter(|patience| !patience.is_zero())
            .with_context(|| {
                format!(
                    "--service-timeout {} is no number of seconds above 0, up to {LONGEST_LIMIT}",
                    self.service_timeout
                )
            })?;
        Ok(Services::allowing(allowed, patience))
    }
}

/// Says which endpoints gave nothing, where `SERVICE SILENT` went on without them.
pub(super) fn warn_of_failures(services: &Services, printer: Printer) {
    for failure in services.failures() {
        printer.always(&format!(
            "warning: SERVICE: {failure}; what it would have said is missing"
        ));
    }
}

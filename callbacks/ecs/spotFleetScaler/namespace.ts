export const deploymentOnlyModule = true;

/** CloudWatch namespace of the scaler's own metrics. */
export const FLEET_NAMESPACE = "FleetScaler";

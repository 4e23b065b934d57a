export const deploymentOnlyModule = true;

/** Where the scaler's own metrics are. */
export const FLEET_NAMESPACE = "FleetScaler";
